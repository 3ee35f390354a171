import { INPUTS, type Input } from '../../../domain/contract/inputs.ts';
import type { RecordingRules } from '../../../domain/recording/recording-rules.ts';
import type { SourceRecord } from '../../../domain/recording/source-record.ts';
import { createRecordJudge } from '../../../services/recorder/judge-records.ts';
import type { JudgedBatch } from '../../../services/recorder/ports.ts';
import { freshHistory } from '../fresh-history.ts';
import { NO_KEYS, PATIENT } from '../memory-vault.ts';
import { createDice, type Dice } from './dice.ts';
import { createRecordMaker } from './make-records.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { placeInMemory } from './place-in-memory.ts';

const CORPUS = 400;
const BATCH = 200;
/** Longer ones would only make the run longer: what long texts cost has a test of its own. */
const LONGEST_SEED_BYTES = 4096;
const LEAF_BYTES = 32;

/** What became of mutated records, summed up. */
export interface MutationSums {
  records: number;
  recorded: number;
  copies: number;
  readonly refused: Map<string, number>;
  cpuUs: number;
  /** The record that took longest by itself, among those of the slowest batch of each input. */
  slowest: { us: number; hex: string };
}

export interface MutationRun {
  readonly rules: RecordingRules;
  readonly seed: number;
  /** Over all inputs. */
  readonly records: number;
  readonly onProgress?: (sums: MutationSums) => void;
}

/**
 * Judges encoded records to which things were done byte by byte, of every input in turn. Throws when one is lost,
 * stored twice, without a leaf, or refused for want of an answer: the error names the record in hex.
 */
export async function runMutations({ rules, seed, records, onProgress }: MutationRun): Promise<MutationSums> {
  const sums: MutationSums = {
    records: 0,
    recorded: 0,
    copies: 0,
    refused: new Map(),
    cpuUs: 0,
    slowest: { us: 0, hex: '' },
  };
  for (const [index, input] of INPUTS.entries()) {
    const share = Math.ceil((records * (index + 1)) / INPUTS.length) - sums.records;
    await mutateInput(input, rules, createDice(seed + index), share, sums, onProgress);
  }
  return sums;
}

async function mutateInput(
  input: Input,
  rules: RecordingRules,
  dice: Dice,
  records: number,
  sums: MutationSums,
  onProgress: MutationRun['onProgress'],
): Promise<void> {
  const judge = createRecordJudge(input, { topic: input.topic, partition: 0 }, rules, NO_KEYS);
  const corpus = makeCorpus(input, rules, dice);
  const history = freshHistory();
  let slowestBatch: { cpuUs: number; records: readonly SourceRecord[] } = { cpuUs: 0, records: [] };
  for (let offset = 0; offset < records; offset += BATCH) {
    const batch = makeBatch(input, corpus, dice, offset, Math.min(BATCH, records - offset));
    const before = process.cpuUsage();
    const judged = await judge(batch, history, async () => new Map(), PATIENT);
    const { user, system } = process.cpuUsage(before);
    sums.cpuUs += user + system;
    if (offset > 0 && user + system > slowestBatch.cpuUs)
      slowestBatch = { cpuUs: user + system, records: batch };
    countBatch(batch, judged, sums);
    onProgress?.(sums);
  }
  for (const record of slowestBatch.records) {
    let us = Number.POSITIVE_INFINITY;
    // The least of some: others use the machine too.
    for (let times = 0; times < 3; times++) {
      const start = performance.now();
      await judge([record], freshHistory(), async () => new Map(), PATIENT);
      us = Math.min(us, Math.round((performance.now() - start) * 1000));
    }
    if (us > sums.slowest.us)
      sums.slowest = { us, hex: record.value?.toString('hex').slice(0, 2000) ?? 'null' };
  }
}

function makeCorpus(input: Input, rules: RecordingRules, dice: Dice): Buffer[] {
  return createRecordMaker(rules.registry, input, dice)
    .make(CORPUS)
    .flatMap(({ value }) => (value !== null && value.length > 16 ? [value] : []))
    .filter((value) => value.length <= LONGEST_SEED_BYTES);
}

function makeBatch(
  input: Input,
  corpus: readonly Buffer[],
  dice: Dice,
  firstOffset: number,
  count: number,
): SourceRecord[] {
  const at = { topic: input.topic, partition: 0, appendMs: Date.UTC(2026, 2, 1), key: null, origin: null };
  return Array.from({ length: count }, (_, index) => {
    const value = mutateBytes(dice.pick(corpus), dice.pick(corpus), dice);
    const record = { ...at, offset: firstOffset + index, value, bytes: value.length };
    return placeInMemory(record, dice.pick(corpus), dice);
  });
}

function countBatch(
  batch: readonly SourceRecord[],
  { blocks, leaves, refused }: JudgedBatch,
  sums: MutationSums,
) {
  const tables = new Map<number, string>();
  for (const { table, offsets, rows } of blocks) {
    const stored = 'columns' in rows ? rows.numbers.length : rows.length;
    if (stored !== offsets.length) throw new Error(`${table}: ${offsets.length} offsets and ${stored} rows`);
    for (const offset of offsets) tables.set(offset, tables.has(offset) ? 'twice' : table);
    if ('columns' in rows) sums.recorded += stored;
    else if (table === 'duplicates') sums.copies += stored;
    else for (const { record } of rows) countReason(record, batch, sums);
  }
  for (const { offset, value } of batch) {
    const table = tables.get(offset);
    if (table === undefined || table === 'twice')
      throw new Error(
        `a record was ${table === undefined ? 'lost' : 'stored twice'}: ${value?.toString('hex')}`,
      );
  }
  const inQuarantine = [...tables.values()].filter((table) => table === 'quarantine').length;
  if (
    leaves.length !== batch.length * LEAF_BYTES ||
    tables.size !== batch.length ||
    refused.length !== inQuarantine
  )
    throw new Error(`${batch.length} records, ${tables.size} rows, ${leaves.length / LEAF_BYTES} leaves`);
  sums.records += batch.length;
}

function countReason(
  record: Readonly<Record<string, unknown>>,
  batch: readonly SourceRecord[],
  { refused }: MutationSums,
): void {
  const reason = String(record.reason);
  refused.set(reason, (refused.get(reason) ?? 0) + 1);
  if (reason !== 'internal_error') return;
  const value = batch.find(({ offset }) => offset === record.offset)?.value;
  throw new Error(`the two ways to read a record disagree: ${value?.toString('hex')}`);
}
