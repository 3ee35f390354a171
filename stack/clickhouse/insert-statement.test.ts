import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseInsert, readsBody, renderInsert } from './insert-statement.ts';

const SETTINGS = [['max_block_size', '7']] as const;
const render = (sql: string) => {
  const insert = parseInsert(sql);
  return renderInsert(insert, SETTINGS, readsBody(insert) ? '/spool/f' : null).replaceAll(/\s+/g, ' ');
};

describe('an INSERT is rewritten so that', () => {
  const infile = "FROM INFILE '/spool/f' COMPRESSION 'none'";
  const cases: readonly (readonly [name: string, sql: string, rendered: string])[] = [
    [
      'the body comes from a file',
      'INSERT INTO t FORMAT JSONEachRow',
      `INSERT INTO t ${infile} SETTINGS max_block_size = '7' FORMAT JSONEachRow`,
    ],
    [
      'columns stay',
      'insert into db.`a b` (x, "FORMAT", y) format RowBinary',
      `insert into db.\`a b\` (x, "FORMAT", y) ${infile} SETTINGS max_block_size = '7' FORMAT RowBinary`,
    ],
    [
      'a table without INTO is found',
      'INSERT INTO TABLE t (* EXCEPT(a)) VALUES',
      `INSERT INTO TABLE t (* EXCEPT(a)) ${infile} SETTINGS max_block_size = '7' FORMAT Values`,
    ],
    [
      'its own settings win and stay',
      'INSERT INTO t SETTINGS max_block_size = 1, async_insert=0 FORMAT CSV',
      `INSERT INTO t ${infile} SETTINGS max_block_size = 1, async_insert=0 FORMAT CSV`,
    ],
    [
      'input() reads the file',
      "INSERT INTO t (a) SELECT f(a) FROM input('a Array(Tuple(x Int8, y String)), `b c` String') WHERE a != ') FORMAT x' FORMAT Native",
      "INSERT INTO t (a) SETTINGS max_block_size = '7' SELECT f(a) FROM file('/spool/f', 'Native', 'a Array(Tuple(x Int8, y String)), `b c` String') WHERE a != ') FORMAT x'",
    ],
    [
      "the query's own settings win",
      "INSERT INTO t SELECT a FROM input('a Int8') SETTINGS max_block_size = 5, x = 'FORMAT y' FORMAT TSV",
      "INSERT INTO t SELECT a FROM file('/spool/f', 'TSV', 'a Int8') SETTINGS max_block_size = 5, x = 'FORMAT y'",
    ],
    [
      'comments do not matter',
      "INSERT /* FORMAT */ INTO t -- VALUES (\nSELECT a FROM /* input('z') */ input /**/ ( 'a Int8' ) FORMAT CSV",
      "INSERT /* FORMAT */ INTO t SETTINGS max_block_size = '7' SELECT a FROM /* input('z') */ file('/spool/f', 'CSV', 'a Int8')",
    ],
    [
      'a plain query only gets the settings',
      'INSERT INTO t (SELECT 1);',
      "INSERT INTO t SETTINGS max_block_size = '7' (SELECT 1)",
    ],
    [
      'a column or table named input is left alone',
      "INSERT INTO t WITH 1 AS input SELECT input, db.input('x') FROM input",
      "INSERT INTO t SETTINGS max_block_size = '7' WITH 1 AS input SELECT input, db.input('x') FROM input",
    ],
  ];
  for (const [name, sql, rendered] of cases) test(name, () => assert.equal(render(sql), rendered));
});

test('data behind the statement is not looked at', () => {
  const sql = 'INSERT INTO t FORMAT JSONEachRow {"a":"\'; FORMAT x"}';
  const { source } = parseInsert(sql);
  assert.equal(sql.slice(source.dataStart), ' {"a":"\'; FORMAT x"}');
  const values = parseInsert("INSERT INTO t VALUES ('FORMAT x', 1)").source;
  assert.deepEqual(values, { from: 'body', format: 'Values', dataStart: 20 });
});

const refused: readonly (readonly [sql: string, code: number])[] = [
  ["INSERT INTO FUNCTION remote('a', b) VALUES", 48],
  ["INSERT INTO TABLE FUNCTION null('a Int8') VALUES", 48],
  ["INSERT INTO t SELECT * FROM file('x')", 48],
  ["INSERT INTO t FROM INFILE 'x' FORMAT CSV", 48],
  ["INSERT INTO t SELECT 1 FROM input('a Int8'), input('b Int8') FORMAT CSV", 48],
  ['INSERT INTO t SELECT 1 FROM input({s:String}) FORMAT CSV', 48],
  ["INSERT INTO t SELECT 1 FROM input('a Int8')", 48],
  ['INSERT INTO t', 62],
  ['INSERT INTO t SELECT 1; DROP TABLE t', 62],
  ['INSERT INTO t SELECT query_id FROM system.processes', 48],
];
for (const [sql, code] of refused) {
  test(`${sql} is refused with ${code}`, () => assert.throws(() => render(sql), { code }));
}
