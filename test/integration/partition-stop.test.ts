import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inputOf } from '../../domain/contract/inputs.ts';
import { appendLeaves } from '../../domain/merkle/append-leaves.ts';
import { EMPTY_RANGE } from '../../domain/merkle/compact-range.ts';
import { startRecorder } from '../../services/recorder/service.ts';
import { type RecordingStack, startRecordingStack, until } from '../support/recorder-fixture.ts';
import { sampleDecision, sampleLabel } from '../support/sample-events.ts';

const TOPIC = inputOf('label').topic;
const OF_EACH_TENANT = 600;
let docket: RecordingStack;

before(async () => {
  docket = await startRecordingStack();
});
after(() => docket.stop());

async function count(table: string): Promise<number> {
  const [row] = await docket.clickhouse.query<{ n: number }>(`SELECT count() AS n FROM ${table}`);
  return row?.n ?? 0;
}

async function isStopped(url: string): Promise<boolean> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text.includes(`docket_recorder_partition_stopped{topic="${TOPIC}",partition="0"} 1`);
}

test('a partition in which nothing of two tenants can be decoded stops and waits; others go on; a person releases it', async () => {
  await docket.send('label', [sampleLabel()]);
  for (const tenant of ['acme', 'globex']) {
    const garbage = Array.from({ length: OF_EACH_TENANT }, () => ({
      key: `${tenant}|guard-1`,
      value: Buffer.from('garbage'),
    }));
    await docket.producer.send(TOPIC, garbage);
  }
  const first = await startRecorder(docket.recorderEnv);
  await until('the partition has stopped', () => isStopped(first.url));
  assert.equal(await count('quarantine'), 999, 'all before the thousandth of the run');
  assert.equal(await count('labels'), 1);
  await docket.send('decision', [sampleDecision()]);
  await until('another partition goes on', async () => (await count('decisions')) === 1);
  assert.equal(await count('quarantine'), 999);
  const stoppedAtMs = performance.now();
  await first.stop();
  assert.ok(performance.now() - stoppedAtMs < 5_000, 'what waits for a person does not hold up stopping');

  await docket.send('label', [sampleLabel()]);
  const released = { ...docket.recorderEnv, DOCKET_QUARANTINE_THROUGH: `${TOPIC}/0:${2 * OF_EACH_TENANT}` };
  const second = await startRecorder(released);
  await docket.untilRecorded();
  await second.stop();
  assert.equal(await count('quarantine'), 2 * OF_EACH_TENANT);
  assert.equal(await count('labels'), 2);
});

test('the hash of every full tile is stored, and follows from the leaves', async () => {
  const leaves = await docket.clickhouse.query<{ leaf: string }>(
    `SELECT hex(leaf_hash) AS leaf FROM (
       SELECT offset, leaf_hash FROM labels UNION ALL SELECT offset, leaf_hash FROM quarantine WHERE topic = '${TOPIC}'
     ) ORDER BY offset`,
  );
  const own = Buffer.from(leaves.map(({ leaf }) => leaf).join(''), 'hex');
  const expected = appendLeaves(EMPTY_RANGE, own).tiles;
  const stored = await docket.clickhouse.query<{ tile: number; hash: string }>(
    `SELECT tile, lower(hex(hash)) AS hash FROM tiles FINAL WHERE topic = '${TOPIC}' ORDER BY tile`,
  );
  assert.equal(stored.length, Math.floor((2 * OF_EACH_TENANT + 2) / 256));
  assert.deepEqual(
    stored,
    expected.map(({ index, hash }) => ({ tile: index, hash: hash.toString('hex') })),
  );
});
