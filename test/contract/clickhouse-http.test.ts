import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, describeForEachServer, post } from '../support/clickhouse-server.ts';

describeForEachServer('ClickHouse over HTTP: queries', (server) => {
  const rows = async (query: string, parameters: Record<string, unknown> = {}) =>
    (await server().client.query({ query, query_params: parameters, format: 'JSONEachRow' })).json();

  test('a ping is answered', async () => {
    assert.equal((await server().client.ping()).success, true);
    assert.equal((await server().client.ping({ select: true })).success, true);
  });

  test('parameters are bound by the server, whatever they contain', async () => {
    const text = "it's \\ a\ttab\nand {x:String} -- ' é";
    assert.deepEqual(
      await rows('SELECT {a:String} AS a, {b:Array(UInt8)} AS b, {c:Nullable(Int64)} IS NULL AS c', {
        a: text,
        b: [1, 2],
        c: null,
      }),
      [{ a: text, b: [1, 2], c: 1 }],
    );
  });

  test('a parameter of an earlier statement does not stand in for a missing one', async () => {
    await rows('SELECT {once:String} AS a', { once: 'x' });
    for (let i = 0; i < 8; i += 1) await assert.rejects(rows('SELECT {once:String} AS a'), { code: '456' });
  });

  test('a parameter may be as long as the names of a thousand objectives', async () => {
    const names = Array.from(
      { length: 1000 },
      (_, index) => `objective-of-many-${String(index).padStart(4, '0')}`,
    );
    assert.deepEqual(await rows('SELECT length({v:Array(String)}) AS v', { v: names }), [{ v: 1000 }]);
  });

  test('parameters of statements that run side by side do not mix', async () => {
    const values = Array.from({ length: 60 }, (_, index) => `value ${index}`);
    const answers = await Promise.all(values.map((value) => rows('SELECT {v:String} AS v', { v: value })));
    assert.deepEqual(
      answers,
      values.map((v) => [{ v }]),
    );
  });

  test('a setting holds for its own statement only, and the statement overrules it', async () => {
    const { client } = server();
    const read = async (query: string, settings: Record<string, string>) =>
      (await client.query({ query, format: 'JSONEachRow', clickhouse_settings: settings })).json();
    const get = "SELECT toString(getSetting('max_block_size')) AS v";
    assert.deepEqual(await read(get, { max_block_size: '1234' }), [{ v: '1234' }]);
    assert.deepEqual(await read(`${get} SETTINGS max_block_size = 99 -- ;`, { max_block_size: '1234' }), [
      { v: '99' },
    ]);
    for (let i = 0; i < 8; i += 1) assert.notDeepEqual(await rows(get), [{ v: '1234' }]);
    assert.deepEqual(await read(`${get} UNION ALL ${get}`, { max_block_size: '7' }), [
      { v: '7' },
      { v: '7' },
    ]);
  });

  test('the database of the request is the current one, and only for it', async () => {
    await server().client.command({ query: 'CREATE DATABASE IF NOT EXISTS `odd name`' });
    const named = await post(server().url, { database: 'odd name', query: 'SELECT currentDatabase()' });
    assert.equal(named.text, 'odd name\n');
    for (let i = 0; i < 8; i += 1)
      assert.deepEqual(await rows('SELECT currentDatabase() AS d'), [{ d: 'default' }]);
    const missing = await post(server().url, { database: 'nowhere', query: 'SELECT 1' });
    assert.equal(missing.headers.get('x-clickhouse-exception-code'), '81');
  });

  test('the format comes from the statement, else from the request', async () => {
    const { url } = server();
    assert.equal((await post(url, { query: 'SELECT 1 AS a FORMAT CSVWithNames' })).text, '"a"\n1\n');
    assert.equal(
      (await post(url, { query: 'SELECT 1 AS a', default_format: 'JSONEachRow' })).text,
      '{"a":1}\n',
    );
    assert.equal(
      (await post(url, { query: 'SELECT 1 AS a' }, '', { 'X-ClickHouse-Format': 'CSV' })).text,
      '1\n',
    );
    const json = await server().client.query({ query: 'SELECT number FROM numbers(3)', format: 'JSON' });
    assert.equal((await json.json()).rows, 3);
    assert.equal((await post(url, {}, 'SELECT 1;')).text, '1\n');
  });

  test('a large answer streams, and its pieces make the same bytes as the whole', async () => {
    const query = 'SELECT number, toString(number) AS s FROM numbers(300000)';
    const result = await server().client.query({ query, format: 'JSONEachRow' });
    let count = 0;
    for await (const chunk of result.stream()) count += chunk.length;
    assert.equal(count, 300_000);
    const pieces = await post(server().url, { query: `${query} ORDER BY number FORMAT CSV` });
    const whole = await post(server().url, {
      query: `${query} ORDER BY number FORMAT CSV`,
      wait_end_of_query: '1',
    });
    assert.equal(pieces.text, whole.text);
  });

  test('compressed requests and answers', async () => {
    const client = connect(server().url, true);
    await client.command({
      query: 'CREATE TABLE IF NOT EXISTS zipped (a UInt64) ENGINE = MergeTree ORDER BY a',
    });
    await client.insert({ table: 'zipped', values: [{ a: 1 }, { a: 2 }], format: 'JSONEachRow' });
    const result = await client.query({
      query: 'SELECT toString(sum(a)) AS s FROM zipped',
      format: 'JSONEachRow',
    });
    assert.deepEqual(await result.json(), [{ s: '3' }]);
    await client.close();
  });

  const failures: readonly (readonly [name: string, query: string, code: string])[] = [
    ['an unknown table', 'SELECT * FROM nowhere', '60'],
    ['an unknown column', 'SELECT nope', '47'],
    ['a syntax error', 'SELECT FROM WHERE', '62'],
    ['an unknown setting', 'SELECT 1 SETTINGS no_such_setting = 1', '115'],
    ['an exception thrown by the statement', 'SELECT throwIf(1)', '395'],
    ['two statements', 'SELECT 1; SELECT 2', '62'],
    ['an empty statement', ' -- nothing', '62'],
  ];
  for (const [name, query, code] of failures) {
    test(`${name} has ClickHouse's code ${code}`, async () => {
      const answer = await post(server().url, {}, query);
      assert.ok(answer.status >= 400);
      assert.equal(answer.headers.get('x-clickhouse-exception-code'), code);
      assert.match(answer.text, new RegExp(`^Code: ${code}\\. DB::Exception: .*\\([A-Z_]+\\)`, 's'));
    });
  }

  test('an unknown setting of the request is an error, not ignored', async () => {
    await assert.rejects(
      rows('SELECT 1').then(() =>
        server().client.query({
          query: 'SELECT 1',
          clickhouse_settings: JSON.parse('{"no_such_setting":1}'),
        }),
      ),
      { code: '115' },
    );
  });

  for (const compression of [false, true]) {
    test(`an error in the middle of an answer is an error, compression ${compression}`, async () => {
      const client = connect(server().url, compression);
      const query =
        "SELECT number, throwIf(number = 1500000, 'boom') FROM numbers(2000000) SETTINGS max_block_size = 10000, max_threads = 1";
      const result = await client.query({ query, format: 'JSONEachRow' });
      await assert.rejects(result.json());
      await client.close();
    });
  }

  test('max_execution_time ends a statement', async () => {
    const query =
      'SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(number) SETTINGS max_execution_time = 1';
    await assert.rejects(rows(query), { code: '159' });
  });

  test('rows are deleted and changed, and partitions dropped, before the answer comes', async () => {
    const { client } = server();
    const run = (query: string, query_params: Record<string, unknown> = {}) =>
      client.command({
        ...{ query, query_params },
        clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
      });
    await run(
      'CREATE TABLE mutated (day UInt32, a Int64, b Nullable(String)) ENGINE = MergeTree PARTITION BY day ORDER BY a',
    );
    await run("INSERT INTO mutated SELECT 20261101 + intDiv(number, 10), number, 'x' FROM numbers(30)");
    const sync = 'SETTINGS mutations_sync = 2';
    const among = 'IN PARTITION 20261101 WHERE a IN (SELECT a FROM mutated WHERE a IN {few: Array(Int64)})';
    await run(`ALTER TABLE mutated DELETE ${among} ${sync}`, { few: [1, 2, 15] });
    await run(`ALTER TABLE mutated UPDATE b = NULL ${among} ${sync}`, { few: [3] });
    await run('ALTER TABLE mutated DROP PARTITION 20261103');
    assert.deepEqual(
      await rows(
        'SELECT day, toUInt32(count()) AS n, toUInt32(countIf(b IS NULL)) AS cleared FROM mutated GROUP BY day ORDER BY day',
      ),
      [
        { day: 20261101, n: 8, cleared: 1 },
        { day: 20261102, n: 10, cleared: 0 },
      ],
    );
  });

  test('a query id is echoed, or made up', async () => {
    const given = await post(server().url, { query: 'SELECT 1', query_id: 'mine-1' });
    assert.equal(given.headers.get('x-clickhouse-query-id'), 'mine-1');
    assert.match(
      (await post(server().url, { query: 'SELECT 1' })).headers.get('x-clickhouse-query-id') ?? '',
      /./,
    );
  });

  test('GET reads only', async () => {
    const get = async (query: string) => fetch(`${server().url}/?${new URLSearchParams({ query })}`);
    assert.equal(await (await get('SELECT 1')).text(), '1\n');
    const refused = await get('CREATE TABLE got (a Int8) ENGINE = Memory');
    await refused.text();
    assert.equal(refused.headers.get('x-clickhouse-exception-code'), '164');
  });
});
