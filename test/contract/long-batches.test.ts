import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decision, Label } from '../../domain/contract/events.ts';
import { inputOf } from '../../domain/contract/inputs.ts';
import { frameSingleObject } from '../../domain/contract/wire.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { createRecordJudge } from '../../services/recorder/judge-records.ts';
import { freshHistory } from '../support/fresh-history.ts';
import { fuzzRules } from '../support/fuzz/compare-recorders.ts';
import { NO_KEYS, PATIENT } from '../support/memory-vault.ts';
import { sampleDecision, sampleLabel } from '../support/sample-events.ts';

const registry = loadReleasedSchemas();
const rules = fuzzRules(registry);
const APPEND_MS = Date.UTC(2026, 2, 1);
const RECORDS = 24;

function records(subject: string, events: readonly object[]): SourceRecord[] {
  const schema = registry.newest(subject);
  return events.map((event, offset) => {
    const value = frameSingleObject(schema, schema.encode(event));
    const at = { topic: inputOf(subject).topic, partition: 0, offset, appendMs: APPEND_MS };
    return { ...at, key: null, origin: null, value, bytes: value.length };
  });
}

/** How many turns others get while a batch is judged. */
async function countTurns(batch: readonly SourceRecord[]): Promise<number> {
  const judge = createRecordJudge(
    inputOf('decision'),
    { topic: inputOf('decision').topic, partition: 0 },
    rules,
    NO_KEYS,
  );
  let turns = 0;
  let judging = true;
  const count = () => {
    turns++;
    if (judging) setImmediate(count);
  };
  setImmediate(count);
  await judge(batch, freshHistory(), async () => new Map(), PATIENT);
  judging = false;
  return turns;
}

/** Takes some ten milliseconds to look through: every unit of it is folded. */
const slowText = '😀'.repeat(18_000);
const slowDecision = (changes: Partial<Decision> = {}) =>
  sampleDecision({ decided_at: APPEND_MS * 1000, rationale: slowText, ...changes });

test('records that take long let others have their turn between them', async () => {
  const turns = await countTurns(
    records(
      'decision',
      Array.from({ length: RECORDS }, () => slowDecision()),
    ),
  );
  assert.ok(turns >= RECORDS / 8, `others had ${turns} turns in ${RECORDS} slow records`);
});

test('so do copies of them, which are held against the first', async () => {
  const copies = records('decision', new Array(RECORDS).fill(slowDecision()));
  const turns = await countTurns(copies);
  // Each is looked through twice; the turns in the first half alone would be half of these.
  assert.ok(turns >= RECORDS / 4, `others had ${turns} turns among ${RECORDS} copies`);
});

test('what a batch takes to memory is used again by the next', async () => {
  const input = inputOf('label');
  const judge = createRecordJudge(input, { topic: input.topic, partition: 0 }, rules, NO_KEYS);
  // The reviewer, in front of the note, is not recorded: so each record is put together anew.
  const long: Partial<Label> = { labelled_at: APPEND_MS * 1000, note: 'plain words '.repeat(8_000) };
  const batch = records(
    'label',
    Array.from({ length: RECORDS }, () => sampleLabel(long)),
  );
  const judgeOnce = () => judge(batch, freshHistory(), async () => new Map(), PATIENT);
  await judgeOnce();
  const before = process.memoryUsage().arrayBuffers;
  for (let times = 0; times < 40; times++) await judgeOnce();
  const grownMiB = (process.memoryUsage().arrayBuffers - before) / 2 ** 20;
  assert.ok(grownMiB < 64, `${grownMiB} MiB more after 40 batches of 4 MiB`);
});
