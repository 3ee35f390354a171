import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClickHouseFailure } from '../../platform/clickhouse/clickhouse-failure.ts';
import { type ClickHouse, createClickHouse, PAST_DEADLINE } from '../../platform/clickhouse/client.ts';
import { encodeNativeBlock } from '../../platform/clickhouse/native-block.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';

let stack: TestStack;
let clickhouse: ClickHouse;

before(async () => {
  stack = await startTestStack();
  clickhouse = createClickHouse({ url: stack.clickHouseUrl });
  await clickhouse.command(
    'CREATE TABLE leased (offset Int64, text String) ENGINE = MergeTree ORDER BY offset SETTINGS non_replicated_deduplication_window = 0',
  );
});
after(async () => {
  await clickhouse.close();
  await stack.stop();
});

/** Inserts rows under a lease that ends in `leftMs`, by the store's clock. */
async function insert(rows: number, leftMs: number): Promise<void> {
  const [clock] = await clickhouse.query<{ ms: number }>('SELECT toUnixTimestamp64Milli(now64(3)) AS ms');
  await send(rows, (clock?.ms ?? 0) + leftMs);
}

function send(rows: number, deadlineMs: number): Promise<void> {
  const offsets = Array.from({ length: rows }, (_, offset) => offset);
  const { structure, bytes } = encodeNativeBlock([
    { name: 'offset', type: 'Int64', values: offsets },
    { name: 'text', type: 'String', values: offsets.map((offset) => `row ${offset} of an insert`) },
  ]);
  const queryId = `lease-test-${deadlineMs}-${rows}`;
  return clickhouse.insertNative({
    ...{ table: 'leased', structure, block: bytes, queryId, deadlineMs },
    maxExecutionSeconds: 30,
  });
}

async function stored(): Promise<{ rows: number; parts: number }> {
  const [row] = await clickhouse.query<{ rows: number; parts: number }>(
    'SELECT count() AS rows, uniqExact(_part) AS parts FROM leased',
  );
  return row ?? { rows: -1, parts: -1 };
}

const isPastDeadline = (error: unknown) => error instanceof ClickHouseFailure && error.code === PAST_DEADLINE;

test('an insert whose lease is over stores nothing, and is answered with a code of its own', async () => {
  await assert.rejects(insert(1_000, -1), isPastDeadline);
  assert.deepEqual(await stored(), { rows: 0, parts: 0 });
});

test('an insert that was sent in time, but that a stalled engine comes to late, stores nothing', async () => {
  const [clock] = await clickhouse.query<{ ms: number }>('SELECT toUnixTimestamp64Milli(now64(3)) AS ms');
  stack.engine.kill('SIGSTOP');
  const sent = send(1_000, (clock?.ms ?? 0) + 500);
  const refused = assert.rejects(sent, isPastDeadline);
  await sleep(1_000);
  stack.engine.kill('SIGCONT');
  await refused;
  assert.deepEqual(await stored(), { rows: 0, parts: 0 });
});

test('the time is that of the block, not that of the statement’s analysis', async () => {
  const select = (now: string) =>
    clickhouse.query(
      `SELECT throwIf(${now} > fromUnixTimestamp64Milli(toUnixTimestamp64Milli(now64(3)) + 300)) AS late
       FROM (SELECT sleep(1) AS slept FROM numbers(1)) WHERE slept = 0`,
    );
  await select('now64(3)');
  await assert.rejects(select('nowInBlock64(3)'), isPastDeadline);
});

test('an insert within its lease is one part, however many rows', async () => {
  await insert(300_000, 60_000);
  assert.deepEqual(await stored(), { rows: 300_000, parts: 1 });
});
