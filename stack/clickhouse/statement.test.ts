import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ProcessList } from './processes.ts';
import { requireParameters } from './query-parameters.ts';
import { parseStatement, renderPlain } from './statement.ts';
import type { Settings } from './statement-settings.ts';
import { isStreamable } from './streamable.ts';
import { withProcesses } from './with-processes.ts';

const SETTINGS: Settings = [['max_threads', "1'"]];
const plain = (sql: string) => {
  const statement = parseStatement(sql);
  if (statement.kind === 'insert' || statement.kind === 'kill')
    throw new Error(`${sql} is ${statement.kind}`);
  return statement;
};
const render = (sql: string) => {
  const statement = plain(sql);
  return renderPlain(statement, SETTINGS, statement.format ?? 'TSV').replaceAll(/\s+/g, ' ');
};

describe('a statement is rewritten so that', () => {
  const cases: readonly (readonly [name: string, sql: string, rendered: string])[] = [
    [
      'format and settings stand at its end',
      'SELECT 1;',
      "SELECT 1 FORMAT TSV SETTINGS max_threads = '1\\''",
    ],
    ['its own format stays', 'SELECT 1 FORMAT JSON ;', "SELECT 1 FORMAT JSON SETTINGS max_threads = '1\\''"],
    [
      'its own settings win',
      'SELECT 1 SETTINGS max_threads=2, a = 1',
      'SELECT 1 SETTINGS max_threads=2, a = 1 FORMAT TSV ',
    ],
    [
      'settings behind its format win',
      'SELECT 1 FORMAT CSV SETTINGS max_threads = 3',
      'SELECT 1 FORMAT CSV SETTINGS max_threads = 3',
    ],
    [
      'settings of a subquery are not its own',
      'SELECT * FROM (SELECT 1 SETTINGS max_threads = 2)',
      "SELECT * FROM (SELECT 1 SETTINGS max_threads = 2) FORMAT TSV SETTINGS max_threads = '1\\''",
    ],
    [
      'a comment at its end swallows nothing',
      'SELECT 1 -- FORMAT x',
      "SELECT 1 FORMAT TSV SETTINGS max_threads = '1\\''",
    ],
    [
      'text is no clause',
      "SELECT ' FORMAT CSV SETTINGS max_threads = 2'",
      "SELECT ' FORMAT CSV SETTINGS max_threads = 2' FORMAT TSV SETTINGS max_threads = '1\\''",
    ],
    [
      'settings of a table are not those of the statement',
      'CREATE TABLE t (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS x = 1',
      "CREATE TABLE t (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS x = 1 FORMAT TSV SETTINGS max_threads = '1\\''",
    ],
    [
      'ALTER keeps one list of settings',
      'ALTER TABLE t DELETE WHERE a = 1 SETTINGS mutations_sync = 2',
      "ALTER TABLE t DELETE WHERE a = 1 SETTINGS mutations_sync = 2, max_threads = '1\\'' FORMAT TSV",
    ],
    [
      'ALTER without settings gets some',
      'ALTER TABLE t DROP PARTITION 20261101',
      "ALTER TABLE t DROP PARTITION 20261101 FORMAT TSV SETTINGS max_threads = '1\\''",
    ],
    [
      'DELETE, which has no format, gets settings',
      'DELETE FROM t WHERE a = 1',
      "DELETE FROM t WHERE a = 1 SETTINGS max_threads = '1\\''",
    ],
  ];
  for (const [name, sql, rendered] of cases) test(name, () => assert.equal(render(sql), rendered));
});

const refused: readonly (readonly [sql: string, code: number])[] = [
  ['', 62],
  ['SELECT 1; SELECT 2', 62],
  ["SELECT ';'; --\n DROP TABLE t", 62],
  ['SET a = 1', 48],
  ["SELECT * FROM s3('x')", 48],
  ['DROP ROLE IF EXISTS r', 48],
  ['SYSTEM FLUSH LOGS', 48],
  ['KILL QUERY', 62],
];
for (const [sql, code] of refused) {
  test(`${JSON.stringify(sql)} is refused with ${code}`, () => assert.throws(() => render(sql), { code }));
}

test('KILL QUERY gives its condition', () => {
  const kill = (sql: string) => parseStatement(sql);
  const condition = "query_id = 'a SYNC' AND (1)";
  assert.deepEqual(kill(`KILL QUERY WHERE ${condition} SYNC FORMAT JSON;`), {
    kind: 'kill',
    condition,
    sync: true,
    format: 'JSON',
  });
  assert.deepEqual(kill(`kill query where ${condition}`), {
    kind: 'kill',
    condition,
    sync: false,
    format: null,
  });
});

test('placeholders without a value are found, in the statement only', () => {
  const given = new Map([['a', '1']]);
  requireParameters("SELECT {a:Int8}, '{b:Int8}', {'c': 1} -- {d:Int8}", given);
  assert.throws(() => requireParameters('SELECT {a:Int8} + { b : Int8 }', given), { code: 456 });
});

test('only a plain SELECT in a format without head and foot is streamed', () => {
  const streams = (sql: string, format: string, settings: Settings = []) =>
    isStreamable(plain(sql), settings, format);
  assert.equal(streams('SELECT 1', 'JSONEachRow'), true);
  assert.equal(streams('WITH 1 AS a SELECT a', 'Native'), true);
  for (const format of ['JSON', 'CSVWithNames', 'Parquet', 'Values'])
    assert.equal(streams('SELECT 1', format), false);
  assert.equal(streams('SHOW TABLES', 'TSV'), false);
  assert.equal(streams('SELECT 1 GROUP BY 1 WITH TOTALS', 'TSV'), false);
  assert.equal(streams('SELECT 1', 'TSV', [['extremes', '1']]), false);
  assert.equal(streams('SELECT 1 SETTINGS output_format_json_array_of_rows = 1', 'JSONEachRow'), false);
});

test('system.processes becomes the list of the front, wherever it is named', () => {
  const processes = new ProcessList();
  processes.add({ queryId: "it's", query: 'SELECT', kind: 'SELECT', database: 'default' });
  const sql = (text: string) => withProcesses(plain(text), processes).sql;
  assert.match(
    sql('SELECT * FROM system . processes p'),
    /^WITH processes AS \(SELECT .*'it\\'s'.*\) SELECT \* FROM processes p$/,
  );
  assert.match(
    sql('WITH 1 AS x SELECT * FROM `system`."processes"'),
    /^WITH processes AS \(.*\), {2}1 AS x SELECT \* FROM processes$/,
  );
  assert.equal(sql("SELECT 'system.processes', system.parts"), "SELECT 'system.processes', system.parts");
});
