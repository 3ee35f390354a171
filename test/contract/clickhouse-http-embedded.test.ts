import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Engine, startEngine } from '../../stack/clickhouse/engine-process.ts';
import { post } from '../support/clickhouse-server.ts';
import { HANG_TIMEOUT_MS } from '../support/until.ts';

// What holds for the embedded engine only: a server can do more, and starts otherwise.
describe('the embedded engine', () => {
  let engine: Engine;
  let dataDir = '';
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'docket-engine-'));
    engine = await startEngine({ dataDir });
  });
  after(async () => {
    await engine.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const statements: readonly (readonly [statement: string, named: string])[] = [
    ['SET max_threads = 1', 'SET'],
    ['USE default', 'USE'],
    ['BEGIN TRANSACTION', 'BEGIN'],
    ["BACKUP TABLE t TO Disk('d', 'f')", 'BACKUP'],
    ['GRANT SELECT ON *.* TO someone', 'GRANT'],
    ['CREATE USER someone', 'CREATE USER'],
    ['CREATE OR REPLACE ROW POLICY p ON t', 'CREATE ROW'],
    ['CREATE TABLE t ON CLUSTER c (a Int8) ENGINE = Memory', 'ON CLUSTER'],
    ["SELECT * FROM file('/etc/hostname', 'LineAsString')", 'file(…)'],
    ["SELECT * FROM url('http://127.0.0.1/', 'CSV')", 'url(…)'],
    ["SELECT 1 INTO OUTFILE 'rows.csv'", 'INTO OUTFILE'],
    ["INSERT INTO t FROM INFILE 'rows.csv' FORMAT CSV", 'FROM INFILE'],
    ["INSERT INTO FUNCTION file('x', 'CSV') SELECT 1", 'INSERT INTO FUNCTION'],
    ['KILL MUTATION WHERE 1', 'KILL MUTATION'],
    ['EXPLAIN SELECT * FROM system.processes', 'system.processes'],
  ];
  for (const [statement, named] of statements) {
    test(`${statement} is refused by name`, async () => {
      const answer = await post(engine.url, {}, statement);
      assert.equal(answer.headers.get('x-clickhouse-exception-code'), '48', answer.text);
      assert.equal(answer.status, 501);
      assert.ok(answer.text.includes(named), answer.text);
    });
  }

  const parameters: readonly (readonly [name: string, value: string])[] = [
    ['session_id', 's'],
    ['role', 'r'],
    ['quota_key', 'q'],
    ['compress', '1'],
    ['send_progress_in_http_headers', '1'],
  ];
  for (const [name, value] of parameters) {
    test(`the URL parameter ${name} is refused by name`, async () => {
      const answer = await post(engine.url, { query: 'SELECT 1', [name]: value });
      assert.equal(answer.headers.get('x-clickhouse-exception-code'), '48');
      assert.ok(answer.text.includes(name));
    });
  }

  test('other users, multipart bodies and other encodings are refused', async () => {
    const codeWith = async (headers: Record<string, string>) =>
      (await post(engine.url, { query: 'SELECT 1' }, '', headers)).headers.get('x-clickhouse-exception-code');
    const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    assert.equal(await codeWith(basic('default:')), null);
    assert.equal(await codeWith(basic('someone:')), '516');
    assert.equal(await codeWith(basic('default:wrong:password')), '516');
    assert.equal(await codeWith({ Authorization: 'Bearer x' }), '48');
    assert.equal(await codeWith({ 'Content-Type': 'multipart/form-data; boundary=x' }), '48');
    assert.equal(await codeWith({ 'Content-Encoding': 'lz4' }), '48');
  });

  test('a second engine on the same data is refused, and the first one goes on', async () => {
    const entry = resolve(import.meta.dirname, '../../stack/clickhouse/engine.ts');
    const second = spawnSync(process.execPath, [entry, '--data-dir', dataDir], {
      encoding: 'utf8',
      timeout: HANG_TIMEOUT_MS,
    });
    assert.equal(second.status, 1);
    assert.match(second.stderr, /Another ClickHouse engine \(pid \d+\) already uses .*store/);
    assert.equal((await post(engine.url, { query: 'SELECT 1' })).text, '1\n');
  });

  test('a taken port is a clear message', async () => {
    const other = await mkdtemp(join(tmpdir(), 'docket-engine-'));
    const starting = startEngine({ dataDir: other, port: engine.port, portChangedBy: 'SOME_PORT' });
    await assert.rejects(starting, /Port \d+ of 127\.0\.0\.1, wanted for ClickHouse, is taken.*SOME_PORT/s);
    await rm(other, { recursive: true, force: true });
  });

  test('an answer that fails half-way has no proper end, even for a client that knows no mark', async () => {
    const query =
      "SELECT number, throwIf(number = 1500000, 'boom') FROM numbers(2000000) SETTINGS max_block_size = 10000, max_threads = 1";
    await assert.rejects(post(engine.url, { query }));
  });

  test('a client that leaves ends its SELECT, though no row was due yet', async () => {
    const query =
      'SELECT count() FROM numbers(100000000000000) WHERE NOT ignore(number) SETTINGS max_threads = 1';
    const leaving = new AbortController();
    const parameters = new URLSearchParams({ query, query_id: 'leaving' });
    const asked = fetch(`${engine.url}/?${parameters}`, { method: 'POST', signal: leaving.signal });
    const left = assert.rejects(asked);
    const count = async () =>
      (await post(engine.url, { query: "SELECT count() FROM system.processes WHERE query_id = 'leaving'" }))
        .text;
    while ((await count()) !== '1\n') await sleep(10);
    leaving.abort();
    await left;
    while ((await count()) !== '0\n') await sleep(10);
  });

  test('SIGTERM lets the running statement end, and exits with 0', async () => {
    const own = await mkdtemp(join(tmpdir(), 'docket-engine-'));
    const ending = await startEngine({ dataDir: own });
    const query = 'SELECT count(), sum(sleepEachRow(0.2)) FROM numbers(5) SETTINGS max_block_size = 1';
    const answer = post(ending.url, { query });
    await sleep(300);
    ending.kill('SIGTERM');
    assert.equal((await answer).text, '5\t0\n');
    assert.deepEqual(await ending.exited, { code: 0, signal: null });
    await rm(own, { recursive: true, force: true });
  });
});
