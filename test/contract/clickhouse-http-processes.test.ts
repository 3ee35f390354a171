import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeForEachServer, post } from '../support/clickhouse-server.ts';

const ENDLESS =
  'SELECT count() FROM numbers(100000000000000) WHERE NOT ignore(number) SETTINGS max_threads = 1';

describeForEachServer('ClickHouse over HTTP: processes', (server) => {
  const rows = async (query: string) =>
    (await server().client.query({ query, format: 'JSONEachRow' })).json();
  const running = (id: string) =>
    rows(`SELECT p.query_id AS id FROM system.processes AS p WHERE query_id = '${id}'`);
  const start = (id: string, query = ENDLESS) =>
    server().client.query({ query, query_id: id, format: 'JSONEachRow' });
  const kill = (id: string, mode = 'SYNC') => rows(`KILL QUERY WHERE query_id = '${id}' ${mode}`);
  const appears = async (id: string) => {
    while ((await running(id)).length === 0) await sleep(10);
  };

  test('a statement sees itself, with its id and text', async () => {
    const query =
      "SELECT query_id AS id, query LIKE '%system.processes%' AS text, elapsed >= 0 AS time FROM system.processes";
    const answer = await server().client.query({ query, query_id: 'self-1', format: 'JSONEachRow' });
    assert.deepEqual(await answer.json(), [{ id: 'self-1', text: 1, time: 1 }]);
  });

  test('system.processes in a subquery, behind WITH, and only in a string', async () => {
    const inside = 'WITH x AS (SELECT count() AS n FROM system.processes) SELECT n > 0 AS some FROM x';
    assert.deepEqual(await rows(inside), [{ some: 1 }]);
    assert.deepEqual(await rows('SELECT (SELECT count() FROM `system`.processes) > 0 AS some'), [
      { some: 1 },
    ]);
    assert.deepEqual(await rows("SELECT 'system.processes' AS name"), [{ name: 'system.processes' }]);
  });

  test('a running statement is shown, and KILL … SYNC returns when it is gone', async () => {
    const killed = assert.rejects(start('endless-1'), { code: '394' });
    await appears('endless-1');
    const [row] = await kill('endless-1');
    assert.ok(row !== null && typeof row === 'object' && 'query_id' in row && row.query_id === 'endless-1');
    assert.deepEqual(await running('endless-1'), []);
    await killed;
  });

  test('statements beyond what runs at once are shown, and can be killed while they wait', async () => {
    // More than four, which run at once, and fewer than ten, the connections of the client.
    const ids = Array.from({ length: 7 }, (_, index) => `many-${index}`);
    const killed = ids.map((id) => assert.rejects(start(id), { code: '394' }));
    for (const id of ids) await appears(id);
    for (const id of ids.toReversed()) await kill(id);
    await Promise.all(killed);
  });

  test('the condition of a KILL takes parameters', async () => {
    const killed = assert.rejects(start('endless-2'), { code: '394' });
    await appears('endless-2');
    const query = 'KILL QUERY WHERE query_id = {id:String} SYNC';
    await server().client.command({ query, query_params: { id: 'endless-2' } });
    assert.deepEqual(await running('endless-2'), []);
    await killed;
  });

  test('killing what is not there finds nothing', async () => {
    assert.deepEqual(await kill('nobody'), []);
  });

  test('an id that is in use is refused', async () => {
    const killed = assert.rejects(start('twice-1'), { code: '394' });
    await appears('twice-1');
    await assert.rejects(start('twice-1', 'SELECT 1'), { code: '216' });
    await kill('twice-1');
    await killed;
    assert.deepEqual(await (await start('twice-1', 'SELECT 1 AS a')).json(), [{ a: 1 }]);
  });

  test('an insert whose body is still arriving is shown; killed, it never runs', async () => {
    await server().client.command({ query: 'CREATE TABLE arriving (a Int64) ENGINE = MergeTree ORDER BY a' });
    const query = 'INSERT INTO arriving FORMAT TSV';
    const parameters = new URLSearchParams({ query, query_id: 'arriving-1' });
    const slow = request(`${server().url}/?${parameters}`, { method: 'POST' });
    const over = new Promise<void>((resolve) => slow.on('error', () => {}).once('close', resolve));
    slow.on('response', (response) => response.resume());
    slow.write('1\n2\n');
    await appears('arriving-1');
    await kill('arriving-1', 'ASYNC');
    slow.end('3\n');
    await over;
    while ((await running('arriving-1')).length > 0) await sleep(10);
    assert.deepEqual(await rows('SELECT count() = 0 AS none FROM arriving'), [{ none: 1 }]);
  });

  test('a reader who leaves ends the statement', async () => {
    const query = 'SELECT * FROM numbers(100000000000) FORMAT TSV';
    const parameters = new URLSearchParams({ query, query_id: 'left-1' });
    const reader = request(`${server().url}/?${parameters}`, { method: 'POST' });
    reader.on('error', () => {});
    reader.on('response', (response) => response.on('error', () => {}));
    reader.end();
    await appears('left-1');
    reader.destroy();
    while ((await running('left-1')).length > 0) await sleep(10);
    assert.equal((await post(server().url, { query: 'SELECT 1' })).text, '1\n');
  });

  test('reads go on beside a long read and inserts', async () => {
    const killed = assert.rejects(start('long-1'), { code: '394' });
    await appears('long-1');
    await server().client.command({ query: 'CREATE TABLE beside (a Int64) ENGINE = MergeTree ORDER BY a' });
    for (let i = 0; i < 20; i += 1) {
      await Promise.all([
        server().client.insert({ table: 'beside', values: [{ a: i }], format: 'JSONEachRow' }),
        rows('SELECT count() FROM beside'),
      ]);
    }
    assert.deepEqual(await rows('SELECT toString(count()) AS n FROM beside'), [{ n: '20' }]);
    await kill('long-1');
    await killed;
  });
});
