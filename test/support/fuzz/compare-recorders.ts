import { isDeepStrictEqual } from 'node:util';
import type { Input } from '../../../domain/contract/inputs.ts';
import type { SchemaRegistry } from '../../../domain/contract/registry.ts';
import { FINAL_GATE_RULE } from '../../../domain/final-gate/final-gate.ts';
import type { RecordingRules } from '../../../domain/recording/recording-rules.ts';
import type { SourceRecord } from '../../../domain/recording/source-record.ts';
import { createTextRedactor } from '../../../domain/redaction/text-redactor.ts';
import { createRecordJudge, type RecordJudge } from '../../../services/recorder/judge-records.ts';
import type { JudgedBatch, RecordedRow } from '../../../services/recorder/ports.ts';
import { freshHistory } from '../fresh-history.ts';
import { NO_KEYS, PATIENT } from '../memory-vault.ts';
import { compilePlainRecorder, type PlainRecorder } from '../plain-recorder.ts';
import { rowsOfBatch } from '../rows-of-batch.ts';
import { OVERLOOKED, UNREADABLE } from './make-texts.ts';

type Batches = readonly (readonly SourceRecord[])[];

/** Where columns and the plain form disagree. */
export interface Difference {
  readonly offset: number;
  readonly what: string;
  readonly columns: unknown;
  readonly plain: unknown;
}

/** What was compared, summed up. CPU in microseconds. */
export interface Comparison {
  records: number;
  columnsUs: number;
  plainUs: number;
  slowestBatchMs: number;
  /** Rows by table; refused ones by reason. */
  readonly outcomes: Map<string, number>;
}

/** Texts that the redactor of these tests treats as no other: it is always asked about them. */
const ASKED = [UNREADABLE, OVERLOOKED];

/** Rules as in production but for two things: one text makes the redactor fail, and one makes it overlook what it should find. */
export function fuzzRules(registry: SchemaRegistry): RecordingRules {
  const redactor = createTextRedactor();
  return {
    registry,
    redactor: {
      ...redactor,
      digest: redactor.digest,
      redact: (text) => {
        if (text.includes(UNREADABLE)) throw new Error('as it was asked to');
        if (text.startsWith(OVERLOOKED)) return { text, findings: [] };
        return redactor.redact(text);
      },
      isPlainText: (bytes, start, end) => {
        const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
        return !ASKED.some((sign) => text.includes(sign)) && redactor.isPlainText(bytes, start, end);
      },
    },
  };
}

/** Runs the recorder's judge and the plain form side by side. */
export interface RecorderComparison {
  readonly sums: Comparison;
  /**
   * Judges batches of one partition, which nothing came before. `depth`: 'rows' compares all there is, 'leaves' the
   * leaf and the table of every record, which is cheaper. Null when both agree.
   */
  compare(batches: Batches, depth: 'rows' | 'leaves'): Promise<Difference | null>;
}

/** One judge for all that is compared, as one serves a partition for as long as it is owned. */
export function createComparison(input: Input, rules: RecordingRules): RecorderComparison {
  const judge = createRecordJudge(input, { topic: input.topic, partition: 0 }, rules, NO_KEYS);
  const plain = compilePlainRecorder(input, rules);
  const sums: Comparison = { records: 0, columnsUs: 0, plainUs: 0, slowestBatchMs: 0, outcomes: new Map() };
  return {
    sums,
    compare: async (batches, depth) => {
      const run = createRun(input, rules, judge, plain, sums);
      for (const batch of batches) {
        const difference = await run(batch, depth);
        if (difference !== null) return difference;
      }
      return null;
    },
  };
}

function createRun(
  input: Input,
  { registry }: RecordingRules,
  judge: RecordJudge,
  plain: PlainRecorder,
  sums: Comparison,
) {
  const history = freshHistory();
  const plainSeen = new Map<string, number>();
  const plainOrigins = new Map<number, number>();
  const stored = new Map<number, Readonly<Record<string, unknown>>>();
  const readOriginals = async (offsets: readonly number[]) =>
    new Map(offsets.flatMap((offset) => (stored.has(offset) ? [[offset, stored.get(offset) ?? {}]] : [])));
  return async (records: readonly SourceRecord[], depth: 'rows' | 'leaves'): Promise<Difference | null> => {
    const start = performance.now();
    const [judged, columnsUs] = await timed(() => judge(records, history, readOriginals, PATIENT));
    sums.slowestBatchMs = Math.max(sums.slowestBatchMs, performance.now() - start);
    const [expected, plainUs] = await timed(() => plain(records, plainSeen, readOriginals, plainOrigins));
    sums.records += records.length;
    sums.columnsUs += columnsUs;
    sums.plainUs += plainUs;
    for (const row of expected) if (row.table === input.table) stored.set(row.offset, row.record);
    countOutcomes(expected, sums.outcomes);
    const same = differenceInLeaves(records, judged, expected);
    if (same !== null || depth === 'leaves') return same;
    return (
      differenceInLeaks(judged, expected) ?? differenceInRows(rowsOfBatch(registry, input, judged), expected)
    );
  };
}

async function timed<T>(act: () => Promise<T>): Promise<[T, number]> {
  const before = process.cpuUsage();
  const result = await act();
  const { user, system } = process.cpuUsage(before);
  return [result, user + system];
}

function countOutcomes(rows: readonly RecordedRow[], outcomes: Map<string, number>): void {
  for (const { table, record } of rows) {
    const key =
      table === 'quarantine'
        ? `refused: ${record.reason}`
        : table === 'duplicates'
          ? `${record.content}`
          : 'recorded';
    outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
    if (table !== 'quarantine' && table !== 'duplicates' && isBlanked(record))
      outcomes.set('blanked', (outcomes.get('blanked') ?? 0) + 1);
  }
}

/** Whoever is told of leaks is told of every record that was blanked, and of no other. */
function differenceInLeaks({ leaks }: JudgedBatch, expected: readonly RecordedRow[]): Difference | null {
  const told = [...new Set(leaks.map(({ offset }) => offset))];
  const blanked = expected.filter((row) => row.record.redactions !== undefined && isBlanked(row.record));
  const wanted = blanked.map(({ offset }) => offset);
  return isDeepStrictEqual(told, wanted) ? null : { offset: -1, what: 'leaks', columns: told, plain: wanted };
}

function isBlanked({ redactions }: RecordedRow['record']): boolean {
  const notes = redactions as readonly { readonly rule: string }[];
  return notes.some(({ rule }) => rule === FINAL_GATE_RULE);
}

/** Every record is in one block, in offset order, with the leaf that it should have; refusals are counted. */
function differenceInLeaves(
  records: readonly SourceRecord[],
  { blocks, leaves, refused }: JudgedBatch,
  expected: readonly RecordedRow[],
): Difference | null {
  const tables = new Map<number, string>();
  for (const { table, offsets } of blocks) {
    const ascending = offsets.every((offset, index) => index === 0 || offset > (offsets[index - 1] ?? -1));
    if (!ascending || offsets.length === 0)
      return {
        offset: offsets[0] ?? -1,
        what: `order of block ${table}`,
        columns: offsets,
        plain: 'ascending',
      };
    for (const offset of offsets) tables.set(offset, tables.has(offset) ? 'two tables' : table);
  }
  for (const [index, { offset }] of records.entries()) {
    const row = expected[index];
    if (row === undefined || tables.get(offset) !== row.table)
      return { offset, what: 'table', columns: tables.get(offset), plain: row?.table };
    if (row.leaf.compare(leaves, index * 32, index * 32 + 32) !== 0)
      return { offset, what: 'leaf', columns: leaves.slice(index * 32, index * 32 + 32), plain: row };
  }
  if (leaves.length !== records.length * 32 || tables.size !== records.length)
    return { offset: -1, what: 'number of rows', columns: tables.size, plain: records.length };
  const reasons = (rows: readonly RecordedRow[]) => rows.map(({ record }) => record.reason);
  const wanted = reasons(expected.filter(({ table }) => table === 'quarantine'));
  return isDeepStrictEqual(reasons(refused), wanted)
    ? null
    : { offset: -1, what: 'refusals', columns: reasons(refused), plain: wanted };
}

function differenceInRows(rows: readonly RecordedRow[], expected: readonly RecordedRow[]): Difference | null {
  for (const [index, row] of expected.entries())
    if (!isDeepStrictEqual(withoutBox(rows[index]), row))
      return { offset: row.offset, what: 'row', columns: rows[index], plain: row };
  return null;
}

/** Boxes and tokens are apart from all that is compared here: they come from keys. */
function withoutBox(row: RecordedRow | undefined): Omit<RecordedRow, 'payloadBox'> | undefined {
  if (row === undefined) return undefined;
  const { payloadBox: _, ...rest } = row;
  return rest;
}
