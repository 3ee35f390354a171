import assert from 'node:assert/strict';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { encodeNativeBlock } from '../../platform/clickhouse/native-block.ts';
import { describeForEachServer, post } from '../support/clickhouse-server.ts';

let tables = 0;

describeForEachServer('ClickHouse over HTTP: inserts', (server) => {
  const rows = async (query: string) =>
    (await server().client.query({ query, format: 'JSONEachRow' })).json();
  const table = async (columns = 'a Int64, b String') => {
    tables += 1;
    const name = `inserted_${tables}`;
    await server().client.command({
      query: `CREATE TABLE ${name} (${columns}) ENGINE = MergeTree ORDER BY a`,
    });
    return name;
  };
  const sum = (name: string) => rows(`SELECT toString(count()) AS n, toString(sum(a)) AS s FROM ${name}`);
  const native = (count: number) => {
    const numbers = Array.from({ length: count }, (_, index) => index);
    return encodeNativeBlock([
      { name: 'a', type: 'Int64', values: numbers },
      { name: 'b', type: 'String', values: numbers.map((n) => `é${n}`) },
    ]).bytes;
  };
  const insertNative = async (query: string, block: Buffer) => {
    const values = Readable.from([block], { objectMode: false });
    const { stream } = await server().client.exec({ query, values });
    for await (const _ of stream);
  };

  test('a row that leaves a column out gets its default', async () => {
    const name = await table(
      "a Int64, b String DEFAULT concat('d', toString(a)), c DateTime64(3) DEFAULT now64(3)",
    );
    await server().client.insert({
      table: name,
      values: [{ a: 1 }, { a: 2, b: 'x' }],
      format: 'JSONEachRow',
    });
    assert.deepEqual(await rows(`SELECT b, c > '2020-01-01 00:00:00' AS set FROM ${name} ORDER BY a`), [
      { b: 'd1', set: 1 },
      { b: 'x', set: 1 },
    ]);
  });

  test('some columns, a setting and values written into the statement', async () => {
    const name = await table("a Int64, b String DEFAULT 'd'");
    await server().client.command({
      query: `INSERT INTO ${name} (a) VALUES (1), (2 + 3)`,
      clickhouse_settings: { max_insert_block_size: '100' },
    });
    await server().client.command({ query: `INSERT INTO ${name} (a) SELECT number FROM numbers(3)` });
    assert.equal((await post(server().url, {}, `INSERT INTO ${name} (a) VALUES (0);`)).status, 200);
    await post(server().url, {}, `INSERT INTO ${name} (a, b) FORMAT TSV\n7\tx;y\n8\t'z\n`);
    assert.deepEqual(await sum(name), [{ n: '8', s: '24' }]);
    assert.deepEqual(await rows(`SELECT b FROM ${name} WHERE a > 6 ORDER BY a`), [{ b: 'x;y' }, { b: "'z" }]);
  });

  test('binary rows keep every byte, with the statement in the URL or in front of them', async () => {
    const name = await table();
    const row = Buffer.concat([
      Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 4]),
      Buffer.from([0x00, 0xff, 0xfe, 0x0a]),
    ]);
    const query = `INSERT INTO ${name} FORMAT RowBinary`;
    assert.equal((await post(server().url, { query }, new Uint8Array(row))).status, 200);
    const behind = Buffer.concat([Buffer.from(`${query}\n`), row]);
    assert.equal((await post(server().url, {}, new Uint8Array(behind))).status, 200);
    assert.deepEqual(
      await rows(`SELECT DISTINCT hex(b) AS h, a FROM ${name}`),
      [{ h: '00FFFE0A', a: '1' }].map((r) => ({ ...r, a: 1 })),
    );
  });

  test('a gzip body', async () => {
    const name = await table();
    const body = new Uint8Array(gzipSync('{"a":1,"b":"x"}\n{"a":2,"b":"y"}'));
    const answer = await post(server().url, { query: `INSERT INTO ${name} FORMAT JSONEachRow` }, body, {
      'Content-Encoding': 'gzip',
    });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(await sum(name), [{ n: '2', s: '3' }]);
  });

  test('an empty body inserts nothing', async () => {
    const name = await table();
    const answer = await post(server().url, { query: `INSERT INTO ${name} FORMAT JSONEachRow` });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(await rows(`SELECT count() = 0 AS none FROM ${name}`), [{ none: 1 }]);
  });

  test('a Native block through input() becomes one part, unless its lease is over', async () => {
    const name = await table();
    const insert = (deadline: string) =>
      insertNative(
        `INSERT INTO ${name} (a, b) SELECT a, b FROM input('a Int64, b String') ` +
          `WHERE throwIf(now64(3) > toDateTime64('${deadline}', 3)) = 0 ` +
          'SETTINGS max_insert_block_size = 1048576, max_block_size = 1048576, max_insert_threads = 1, max_execution_time = 10 FORMAT Native',
        native(20_000),
      );
    await insert('2099-01-01 00:00:00');
    await assert.rejects(insert('2020-01-01 00:00:00'), { code: '395' });
    assert.deepEqual(await sum(name), [{ n: '20000', s: '199990000' }]);
    const parts = `SELECT toString(count()) AS n FROM system.parts WHERE active AND table = '${name}'`;
    assert.deepEqual(await rows(parts), [{ n: '1' }]);
    assert.deepEqual(await rows(`SELECT b FROM ${name} WHERE a = 7`), [{ b: 'é7' }]);
  });

  test('rows that cannot be read are an error, and nothing is stored', async () => {
    const name = await table();
    const answer = await post(
      server().url,
      { query: `INSERT INTO ${name} FORMAT JSONEachRow` },
      '{"a":"no number"}',
    );
    assert.notEqual(answer.headers.get('x-clickhouse-exception-code'), null);
    assert.deepEqual(await rows(`SELECT count() = 0 AS none FROM ${name}`), [{ none: 1 }]);
  });

  test('an insert whose body is cut never runs', async () => {
    const name = await table();
    const query = `INSERT INTO ${name} FORMAT JSONEachRow`;
    await new Promise<void>((resolve) => {
      const cut = request(`${server().url}/?${new URLSearchParams({ query, query_id: `cut-${name}` })}`, {
        method: 'POST',
      });
      cut.on('error', () => {});
      cut.once('close', resolve);
      cut.write('{"a":1,"b":"x"}\n{"a":2,"b":"y"}\n'.repeat(2000), () => setTimeout(() => cut.destroy(), 50));
    });
    for (;;) {
      if ((await rows(`SELECT 1 FROM system.processes WHERE query_id = 'cut-${name}'`)).length === 0) break;
    }
    assert.deepEqual(await rows(`SELECT count() = 0 AS none FROM ${name}`), [{ none: 1 }]);
  });

  test('acknowledged rows survive SIGKILL of the server', async () => {
    const name = await table();
    const query = `INSERT INTO ${name} (a, b) SELECT a, b FROM input('a Int64, b String') FORMAT Native`;
    for (let i = 0; i < 3; i += 1) {
      await insertNative(query, native(1_000));
      await server().crash();
      assert.deepEqual(await rows(`SELECT toString(count()) AS n FROM ${name}`), [
        { n: String((i + 1) * 1_000) },
      ]);
    }
  });
});
