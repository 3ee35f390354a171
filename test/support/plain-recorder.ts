import { eventIdentity, producerIdOf } from '../../domain/contract/event-identity.ts';
import type { Input } from '../../domain/contract/inputs.ts';
import type { EventFields } from '../../domain/recording/decode-event.ts';
import { flagTimes } from '../../domain/recording/flag-times.ts';
import { markSample } from '../../domain/recording/mark-sample.ts';
import { originOffsetOf } from '../../domain/recording/read-origin.ts';
import type { RecordingRules } from '../../domain/recording/recording-rules.ts';
import type { RedactedEvent } from '../../domain/recording/redact-event.ts';
import { DUPLICATE_WINDOW_OFFSETS } from '../../domain/recording/seen-events.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { transformDigest } from '../../domain/recording/transform-digest.ts';
import { reject } from '../../domain/recording/verdict.ts';
import type { ReadOriginals } from '../../services/recorder/judge-records.ts';
import { compileExceptionPlacing, coordinatesOf, sealRow } from '../../services/recorder/place-event.ts';
import type { RecordedRow } from '../../services/recorder/ports.ts';
import { compileScreening, type ScreenedRecord } from '../../services/recorder/screen-event.ts';

/** The offset at which each identity was seen last. All of them: memory is no concern here. */
type PlainSeen = Map<string, number>;

export type PlainRecorder = (
  records: readonly SourceRecord[],
  seen: PlainSeen,
  readOriginals: ReadOriginals,
  /** Origins that were replayed, with the offset of the replay. */
  origins: Map<number, number>,
) => Promise<RecordedRow[]>;

/**
 * The recording path in its plain, obviously right form, an object per event: decode → validate → redact, each
 * record by itself; then, in offset order, deduplicate → mark → canonical bytes and leaf. What the recorder does with
 * columns is held against this.
 */
export function compilePlainRecorder(input: Input, rules: RecordingRules): PlainRecorder {
  const screen = compileScreening(input, rules);
  const exceptions = compileExceptionPlacing(input, rules);
  const schema = rules.registry.newest(`recorded-${input.subject}`);
  const transform = transformDigest(rules.registry, rules.redactor.digest);
  const record = (item: ScreenedRecord, event: EventFields, redacted: RedactedEvent) => {
    const own = recordedFields(input, event, redacted, item.record.appendMs);
    const fields = { ...coordinatesOf(item, transform), ...own };
    return sealRow(input.table, schema, item, fields);
  };
  return async (records, seen, readOriginals, origins) => {
    const rows: RecordedRow[] = [];
    const recorded = new Map<number, Readonly<Record<string, unknown>>>();
    for (const source of records) {
      const item = screen(source);
      if (isSecondReplay(source, origins)) {
        rows.push(exceptions.placeRefused(item, reject('already_replayed')));
        continue;
      }
      if (item.verdict.kind === 'reject' || item.event === null) {
        if (item.verdict.kind === 'reject') rows.push(exceptions.placeRefused(item, item.verdict));
        continue;
      }
      const identity = identityOf(input, item.event);
      const earlier = seen.get(identity);
      if (earlier !== undefined && source.offset - earlier <= DUPLICATE_WINDOW_OFFSETS) {
        const original = recorded.get(earlier) ?? (await readOriginals([earlier])).get(earlier);
        rows.push(exceptions.placeDuplicate(item, earlier, original));
        continue;
      }
      seen.set(identity, source.offset);
      const row = record(item, item.event, item.verdict.value);
      recorded.set(row.offset, row.record);
      rows.push(row);
    }
    return rows;
  };
}

function isSecondReplay(record: SourceRecord, origins: Map<number, number>): boolean {
  const origin = originOffsetOf(record);
  if (origin === null) return false;
  const carrier = origins.get(origin);
  if (carrier !== undefined && record.offset - carrier <= DUPLICATE_WINDOW_OFFSETS) return true;
  origins.set(origin, record.offset);
  return false;
}

function recordedFields(
  input: Input,
  event: EventFields,
  redacted: RedactedEvent,
  appendMs: number,
): EventFields {
  const fields = { ...redacted.fields, redactions: redacted.notes };
  if (input.subject !== 'decision') return { ...fields, flags: [] };
  const decision = event as { outcome: string; risk: string; decision_id: Uint8Array; salt: Uint8Array };
  return {
    ...fields,
    flags: flagTimes(event.decided_at as number, appendMs),
    sample: markSample(decision),
    erase_commitment: redacted.eraseCommitment,
  };
}

function identityOf(input: Input, event: EventFields): string {
  const id = event[input.idField] as Uint8Array;
  return eventIdentity(String(event.tenant_id), producerIdOf(input, event), id);
}
