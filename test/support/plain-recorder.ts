import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { eventIdentity, producerIdOf } from '../../domain/contract/event-identity.ts';
import type { Input } from '../../domain/contract/inputs.ts';
import type { EventFields } from '../../domain/recording/decode-event.ts';
import type { SeenEvents } from '../../domain/recording/seen-events.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { compilePlacing } from './place-event.ts';
import type { JudgedBatch, RecordedRow, TableBlock } from './ports.ts';
import { compileScreening, type RecordingRules, type ScreenedRecord } from './screen-event.ts';

const SLICE_MS = 25;

/** Recorded records by offset, of this batch or from the store. */
type ReadOriginals = (
  offsets: readonly number[],
) => Promise<ReadonlyMap<number, Readonly<Record<string, unknown>>>>;

/** Judges the records of one topic, in offset order. */
export type EventRecorder = (
  records: readonly SourceRecord[],
  seen: SeenEvents,
  readOriginals: ReadOriginals,
) => Promise<JudgedBatch>;

/**
 * The recording path of one input, an object per event: decode → validate → redact, each record by itself; then,
 * in offset order, deduplicate → mark → canonical bytes and leaf. The same records after the same history give the
 * same rows, byte for byte: nothing here reads a clock, a host or a batch boundary.
 */
export function compileEventRecorder(input: Input, rules: RecordingRules): EventRecorder {
  const screen = compileScreening(input, rules);
  const placing = compilePlacing(input, rules);
  return async (records, seen, readOriginals) => {
    const screened = await screenInSlices(records, screen);
    const duplicateOf = findDuplicates(input, screened, seen);
    const rows: RecordedRow[] = [];
    const recorded = new Map<number, Readonly<Record<string, unknown>>>();
    const missing = [...new Set(duplicateOf.values())].filter((offset) => !isIn(records, offset));
    const originals = missing.length === 0 ? recorded : await readOriginals(missing);
    for (const item of screened) {
      const original = duplicateOf.get(item.record.offset);
      const row =
        original === undefined
          ? placing.place(item)
          : placing.placeDuplicate(item, original, recorded.get(original) ?? originals.get(original));
      if (row.table === input.table) recorded.set(row.offset, row.record);
      rows.push(row);
    }
    return toBatch(input, rows);
  };
}

function toBatch(input: Input, rows: readonly RecordedRow[]): JudgedBatch {
  const blocks: TableBlock[] = [];
  for (const table of ['quarantine', 'duplicates', input.table]) {
    const own = rows.filter((row) => row.table === table);
    if (own.length > 0) blocks.push({ table, offsets: own.map((row) => row.offset), rows: own });
  }
  const rejected = new Map<string, number>();
  for (const row of rows) {
    if (row.table !== 'quarantine') continue;
    const reason = String(row.record.reason);
    rejected.set(reason, (rejected.get(reason) ?? 0) + 1);
  }
  return { blocks, leaves: Buffer.concat(rows.map((row) => row.leaf)), rejected };
}

/** Screens record by record, and lets heartbeats through between slices: some texts take long to look through. */
async function screenInSlices(
  records: readonly SourceRecord[],
  screen: (record: SourceRecord) => ScreenedRecord,
): Promise<ScreenedRecord[]> {
  const screened: ScreenedRecord[] = [];
  let sliceStart = performance.now();
  for (const record of records) {
    screened.push(screen(record));
    if (performance.now() - sliceStart < SLICE_MS) continue;
    await yieldToEventLoop();
    sliceStart = performance.now();
  }
  return screened;
}

function isIn(records: readonly SourceRecord[], offset: number): boolean {
  const first = records[0];
  return first !== undefined && offset >= first.offset;
}

/** Which of the events repeat an earlier one, by offset. Adds those that do not to what was seen. */
function findDuplicates(
  input: Input,
  screened: readonly ScreenedRecord[],
  seen: SeenEvents,
): Map<number, number> {
  const duplicateOf = new Map<number, number>();
  for (const { record, event, verdict } of screened) {
    if (verdict.kind === 'reject' || event === null) continue;
    const identity = identityOf(input, event);
    const earlier = seen.find(identity, record.offset);
    if (earlier === null) seen.add(identity, record.offset);
    else duplicateOf.set(record.offset, earlier);
  }
  return duplicateOf;
}

function identityOf(input: Input, event: EventFields): string {
  return eventIdentity(
    String(event.tenant_id),
    producerIdOf(input, event),
    event[input.idField] as Uint8Array,
  );
}
