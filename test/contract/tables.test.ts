import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Column, columnsOf } from '../../domain/contract/columns.ts';
import { INPUTS } from '../../domain/contract/inputs.ts';
import { compileRowReader } from '../../domain/contract/rows.ts';
import { type ClickHouse, createClickHouse } from '../../platform/clickhouse/client.ts';
import { applyMigrations } from '../../platform/clickhouse/migrations.ts';
import { loadMigrations } from '../../schemas/load-migrations.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { rawDecision, rawQuarantine } from '../support/raw-records.ts';
import { type ResultStore, startResultStore } from '../support/result-store.ts';

const registry = loadReleasedSchemas();
const TABLES = [
  ...INPUTS.map(({ table, subject }) => ({ table, subject: `recorded-${subject}`, source: subject })),
  { table: 'duplicates', subject: 'recorded-duplicate', source: null },
  { table: 'quarantine', subject: 'recorded-quarantine', source: null },
];

let store: ResultStore;
let clickhouse: ClickHouse;

before(async () => {
  store = await startResultStore();
  clickhouse = store.clickhouse;
});
after(() => store.stop());

const BESIDE_DECISIONS = [
  { name: 'erasable_box', type: 'Nullable(String)' },
  { name: 'subject_tokens', type: 'Array(FixedString(16))' },
  { name: 'principal_token', type: 'Nullable(FixedString(16))' },
];

/**
 * Columns outside the leaf: tokens of token fields, the box with erasable data or a quarantined payload, and the leaf
 * itself.
 */
function besideTheLeaf(table: string, source: string | null): { name: string; type: string }[] {
  const fields = source === null ? [] : registry.newest(source).type.fields;
  const tokens = fields.filter((field) => field.fieldClass === 'token');
  return [
    ...tokens.map((field) => ({ name: `${field.name}_token`, type: 'FixedString(16)' })),
    ...(table === 'decisions' ? BESIDE_DECISIONS : []),
    ...(table === 'quarantine' ? [{ name: 'payload_box', type: 'Nullable(String)' }] : []),
    { name: 'leaf_hash', type: 'FixedString(32)' },
  ];
}

for (const { table, subject, source } of TABLES) {
  test(`table ${table} has the columns of ${subject}, one by one`, async () => {
    const actual = await clickhouse.query<{ name: string; type: string }>(
      'SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table: String} ORDER BY position',
      { table },
    );
    const wanted = columnsOf(registry.newest(subject).type).map((column: Column) => ({
      name: column.name,
      type: column.clickhouseType,
    }));
    assert.deepEqual(actual, [...wanted, ...besideTheLeaf(table, source)]);
  });

  test(`table ${table} is laid out by append day and in the order of offsets`, async () => {
    const [layout] = await clickhouse.query<object>(
      'SELECT engine, partition_key, sorting_key FROM system.tables WHERE database = currentDatabase() AND name = {table: String}',
      { table },
    );
    assert.deepEqual(layout, {
      engine: 'MergeTree',
      partition_key: 'toYYYYMMDD(append_time)',
      sorting_key: 'topic, partition, offset',
    });
  });
}

test('applying the migrations again changes nothing', async () => {
  assert.deepEqual(await applyMigrations(clickhouse, loadMigrations()), []);
});

test('a store from before replays is brought up to date, and its rows read back as replays of nothing', async (t) => {
  const database = 'before_replays';
  await clickhouse.command(`CREATE DATABASE ${database}`);
  const old = createClickHouse({ url: store.url, database });
  t.after(async () => {
    await old.close();
    await clickhouse.command(`DROP DATABASE ${database}`);
  });
  const [before, since] = [loadMigrations().slice(0, 3), loadMigrations().slice(3)];
  await applyMigrations(old, before);
  await old.insertRows('decisions', [{ ...rawDecision(Date.now()), offset: 7 }]);
  await old.insertRows('quarantine', [{ ...rawQuarantine(Date.now()), offset: 8 }]);
  assert.deepEqual(
    await applyMigrations(old, loadMigrations()),
    since.map(({ name }) => name),
  );
  for (const { table, subject } of TABLES) {
    const reader = compileRowReader(registry.newest(subject).type);
    const rows = (await old.query<Record<string, unknown>>(`SELECT ${reader.select} FROM ${table}`)).map(
      reader.read,
    );
    assert.deepEqual(
      rows.map((row) => [row.offset, row.origin_offset]),
      { decisions: [[7, null]], quarantine: [[8, null]] }[table] ?? [],
    );
  }
  assert.deepEqual(await old.query('SELECT payload_box FROM quarantine'), [{ payload_box: null }]);
});

test('a migration that changed after it was applied is refused by name', async () => {
  const [first, ...rest] = loadMigrations();
  assert.ok(first);
  const edited = [{ ...first, sql: `${first.sql}\n-- edited` }, ...rest];
  await assert.rejects(applyMigrations(clickhouse, edited), new RegExp(first.name));
});
