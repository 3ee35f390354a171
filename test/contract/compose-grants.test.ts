import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { INPUTS } from '../../domain/contract/inputs.ts';
import { textColumnsOf } from '../../domain/contract/text-columns.ts';
import { RETENTION_CLASSES, tablesOfClass } from '../../domain/retention/retention-classes.ts';
import { loadMigrations } from '../../schemas/load-migrations.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { type Grant, readGrants } from '../support/clickhouse-grants.ts';
import { readCompose, requiredVariables } from '../support/compose-file.ts';
import { RESULT_TABLES } from '../support/evaluate-store.ts';

const root = join(import.meta.dirname, '../..');
const grants = await readGrants();
/** Tables of records of which Grafana sees codes and times. */
const CODES_OF = ['policy_changes', 'rejections', 'outcomes', 'incidents', 'slo_adjustments'];
const tables = loadMigrations().flatMap(({ sql }) =>
  [...sql.matchAll(/^CREATE (?:TABLE|VIEW) IF NOT EXISTS (\w+)/gm)].map(([, name]) => String(name)),
);

function writable(user: string): string[] {
  const list = grants.get(user) ?? [];
  return list.filter(({ privileges }) => privileges.includes('INSERT')).map(({ table }) => table);
}

test('grants name tables that exist', () => {
  assert.ok(tables.length > 15);
  const named = [...grants.values()].flat().filter((grant: Grant) => grant.database === 'default');
  for (const { table } of named) assert.ok(table === '*' || tables.includes(table), table);
});

test('the recorder may write records, its progress and leaks, and no results', () => {
  const own = ['duplicates', 'quarantine', 'lost', 'progress', 'tiles', 'store_identity', 'leaks'];
  assert.deepEqual(writable('docket_recorder').sort(), [...INPUTS.map(({ table }) => table), ...own].sort());
});

test('the evaluator may write results and leaks, and nothing else', () => {
  const own = ['leaks', 'leak_scans'];
  assert.deepEqual(writable('docket_evaluator').sort(), [...RESULT_TABLES, ...own].sort());
});

test('retention may drop every class of records, clear what decisions say of people, and nothing else', () => {
  const may = (privilege: string) =>
    (grants.get('docket_retention') ?? [])
      .filter(({ privileges }) => privileges.includes(privilege))
      .map(({ table }) => table);
  assert.deepEqual(may('ALTER DELETE').sort(), [...new Set(RETENTION_CLASSES.flatMap(tablesOfClass))].sort());
  assert.deepEqual(may('ALTER UPDATE'), ['decisions']);
  assert.deepEqual(may('INSERT').sort(), ['pruned_leaves', 'prunes']);
});

test('an operator may acknowledge leaks and scrub every table of records that has text, and nothing else', () => {
  const registry = loadReleasedSchemas();
  const withText = INPUTS.filter(
    ({ subject }) => textColumnsOf(registry.newest(`recorded-${subject}`).type).length > 0,
  );
  const scrubs = (grants.get('docket_operator') ?? []).filter(({ privileges }) =>
    privileges.includes('ALTER UPDATE'),
  );
  assert.deepEqual(scrubs.map(({ table }) => table).sort(), withText.map(({ table }) => table).sort());
  assert.deepEqual(writable('docket_operator'), ['leak_acknowledgements']);
});

test('who reads may not write, but of leaks in its log', () => {
  assert.deepEqual(writable('docket_auditor'), ['leaks']);
  assert.ok((grants.get('docket_reader') ?? []).length > 0);
  assert.deepEqual(writable('docket_reader'), []);
});

test('Grafana’s user reads no table of records whole, and no column that holds text, a token or a salt', () => {
  const records = [...INPUTS.map(({ table }) => table), 'duplicates', 'quarantine'];
  for (const { table, columns } of grants.get('docket_reader') ?? []) {
    assert.notEqual(table, '*');
    if (!records.includes(table)) continue;
    assert.ok(CODES_OF.includes(table), table);
    assert.ok(columns.length > 0, `${table} is granted whole`);
    for (const column of columns)
      assert.doesNotMatch(column, /token|salt|^(commit|note|rationale|resource|summary|safe_fallback)$/);
    if (table !== 'rejections') assert.ok(!columns.includes('reason'), 'why something changed is free text');
  }
});

test('every user of ClickHouse that compose names exists, with the password that the server is given for it', () => {
  const file = join(root, 'docker-compose.yml');
  const env = Object.fromEntries(
    [...requiredVariables(readFileSync(file, 'utf8'))].map((name) => [name, name]),
  );
  const users = Object.entries(readCompose(file, env).services).flatMap(([, { environment }]) =>
    environment.DOCKET_CLICKHOUSE_USERNAME === undefined ? [] : [environment],
  );
  assert.ok(users.length >= 4);
  for (const { DOCKET_CLICKHOUSE_USERNAME: user = '', DOCKET_CLICKHOUSE_PASSWORD: password } of users) {
    assert.ok(grants.has(user), user);
    assert.equal(password, `CLICKHOUSE_${user.replace('docket_', '').toUpperCase()}_PASSWORD`);
  }
});
