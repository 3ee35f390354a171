import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { INPUTS, type Input, inputOf } from '../../domain/contract/inputs.ts';
import { compileRowReader } from '../../domain/contract/rows.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { ByteSink } from '../../platform/clickhouse/byte-sink.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { encodeBlock } from '../../services/recorder/drivers/encode-block.ts';
import { createRecordJudge } from '../../services/recorder/judge-records.ts';
import type { RecordedRow } from '../../services/recorder/ports.ts';
import { freshHistory } from '../support/fresh-history.ts';
import { fuzzRules } from '../support/fuzz/compare-recorders.ts';
import { createDice, type Dice } from '../support/fuzz/dice.ts';
import { createRecordMaker } from '../support/fuzz/make-records.ts';
import { NO_KEYS, PATIENT } from '../support/memory-vault.ts';
import { compilePlainRecorder } from '../support/plain-recorder.ts';
import { type ResultStore, startResultStore } from '../support/result-store.ts';

const ROWS = 600;
const registry = loadReleasedSchemas();
const rules = fuzzRules(registry);
let store: ResultStore;
let clickhouse: ClickHouse;
const nothingStored = async () => new Map();

before(async () => {
  store = await startResultStore();
  clickhouse = store.clickhouse;
});
after(() => store.stop());

/** Judges records in one batch, stores those of its rows that `wanted` picks, and gives what both sides then hold. */
async function storeAndReadBack(input: Input, records: readonly SourceRecord[], wanted: () => boolean) {
  const table = `native_${randomUUID().replaceAll('-', '')}`;
  await clickhouse.command(`CREATE TABLE ${table} AS ${input.table}`);
  try {
    const judge = createRecordJudge(input, { topic: input.topic, partition: 0 }, rules, NO_KEYS);
    const { blocks } = await judge(records, freshHistory(), nothingStored, PATIENT);
    const block = blocks.find((candidate) => candidate.table === input.table);
    assert.ok(block);
    const offsets = new Set(block.offsets.filter(wanted));
    const { structure, bytes } = encodeBlock(registry, block, offsets, new ByteSink());
    await clickhouse.insertNative({
      table,
      structure,
      block: bytes,
      queryId: table,
      maxExecutionSeconds: 60,
      deadlineMs: null,
    });
    const plain = await compilePlainRecorder(input, rules)(records, new Map(), nothingStored, new Map());
    return { stored: await readRows(table, input), plain: plain.filter(({ offset }) => offsets.has(offset)) };
  } finally {
    await clickhouse.command(`DROP TABLE ${table}`);
  }
}

async function readRows(table: string, input: Input): Promise<Omit<RecordedRow, 'table' | 'appendMs'>[]> {
  const reader = compileRowReader(registry.newest(`recorded-${input.subject}`).type);
  const rows = await clickhouse.query<Record<string, unknown>>(
    `SELECT ${reader.select}, hex(leaf_hash) AS h_leaf_hash FROM ${table} ORDER BY offset`,
  );
  const bytes = (value: unknown) => Buffer.from(String(value), 'hex');
  return rows.map((row) => {
    const record = reader.read(row);
    return {
      offset: record.offset as number,
      record,
      leaf: bytes(row.h_leaf_hash),
    };
  });
}

function assertSame(stored: Awaited<ReturnType<typeof readRows>>, plain: readonly RecordedRow[]): void {
  assert.equal(stored.length, plain.length);
  plain.forEach(({ offset, record, leaf }, index) => {
    assert.deepEqual(stored[index], { offset, record, leaf });
  });
}

function recordsOf(input: Input, dice: Dice, count: number, freshCodes: number): SourceRecord[] {
  return createRecordMaker(registry, input, dice).make(count, freshCodes);
}

for (const input of INPUTS) {
  test(`what the engine holds of ${input.table} is what the plain form gives`, async () => {
    const dice = createDice(3);
    const records = recordsOf(input, dice, ROWS, 0.2);
    const { stored, plain } = await storeAndReadBack(input, records, () => true);
    assert.ok(plain.length > ROWS / 2);
    assertSame(stored, plain);
  });

  test(`of ${input.table} any selection of rows can be stored`, async () => {
    const dice = createDice(4);
    const records = recordsOf(input, dice, ROWS / 2, 0.2);
    const share = dice.pick([0.1, 0.5, 0.95]);
    const { stored, plain } = await storeAndReadBack(input, records, () => dice.chance(share));
    assertSame(stored, plain);
  });
}

for (const distinct of [256, 257, 65_536, 65_537]) {
  test(`a dictionary of ${distinct} values is stored with keys of the right width`, async () => {
    const input = inputOf('rejection');
    const [template] = recordsOf(input, createDice(5), 1, 0);
    assert.ok(template);
    const schema = registry.newest(input.subject);
    const records = Array.from({ length: distinct + 10 }, (_, offset) => {
      const event = {
        rejection_id: Buffer.from(offset.toString(16).padStart(32, '0'), 'hex'),
        ...{ tenant_id: 'acme', gateway_id: 'gateway-1', reason: 'not_json', events: null, bytes: 17 },
        ...{ rejected_at: template.appendMs * 1000, salt: Buffer.alloc(16) },
        route: `route-${offset % distinct}`,
      };
      const frame = Buffer.concat([Buffer.from([0xc3, 1]), schema.fingerprint]);
      const value = Buffer.concat([frame, schema.encode(event)]);
      const { topic, partition, appendMs } = template;
      return { topic, partition, appendMs, offset, key: null, origin: null, value, bytes: value.length };
    });
    const { stored, plain } = await storeAndReadBack(input, records, () => true);
    assert.equal(new Set(plain.map(({ record }) => record.route)).size, distinct);
    assert.deepEqual(
      stored.map(({ record, leaf }) => [record.route, leaf.toString('hex')]),
      plain.map(({ record, leaf }) => [record.route, leaf.toString('hex')]),
    );
  });
}
