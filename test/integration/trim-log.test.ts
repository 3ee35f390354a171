import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import kafkajs from 'kafkajs';
import { createVaultClient } from '../../platform/vault/vault-client.ts';
import { startRecorder } from '../../services/recorder/service.ts';
import { type RecordingStack, startRecordingStack } from '../support/recorder-fixture.ts';
import { sampleDecision, sampleLabel } from '../support/sample-events.ts';
import { until } from '../support/until.ts';

const { ConfigResourceTypes, Kafka, logLevel } = kafkajs;
const TOPIC = 'docket.labels.v1';
let docket: RecordingStack;

before(async () => {
  docket = await startRecordingStack();
});
after(() => docket.stop());

/** Trims ten times a second; what is older than an hour may go, or everything with 0 hours. */
function startTrimming(replayWindowHours: number) {
  return startRecorder({
    ...docket.recorderEnv,
    DOCKET_TRIM_INTERVAL_MS: '100',
    DOCKET_REPLAY_WINDOW_HOURS: String(replayWindowHours),
  });
}

async function readBounds() {
  const [bounds] = await docket.log.read(TOPIC);
  assert.ok(bounds);
  return bounds;
}

async function readMetric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(name));
  return Number(line?.split(' ').at(-1) ?? Number.NaN);
}

test('what is within the replay window stays, whatever is recorded', async () => {
  await docket.send('label', [sampleLabel(), sampleLabel()]);
  const recorder = await startTrimming(1);
  await docket.untilRecorded();
  const lastTrim = 'docket_recorder_last_trim_timestamp_seconds';
  const recordedAt = Date.now() / 1000;
  await until('two rounds', async () => (await readMetric(recorder.url, lastTrim)) > recordedAt + 0.2);
  assert.equal((await readBounds()).start, 0);
  await recorder.stop();
});

test('beyond the window a log is trimmed to what is recorded of it, and a take-over misses nothing', async () => {
  const first = await startTrimming(0);
  await docket.send('label', [sampleLabel(), sampleLabel(), sampleLabel()]);
  await docket.untilRecorded();
  await until('the log is trimmed', async () => {
    const { start, end } = await readBounds();
    return start === end && end === 5;
  });
  assert.ok(
    (await readMetric(first.url, 'docket_recorder_trimmed_offsets_total{topic="docket.labels.v1"}')) > 0,
  );
  await first.stop();

  await docket.send('label', [sampleLabel()]);
  const second = await startTrimming(168);
  await docket.untilRecorded();
  await second.stop();
  assert.equal((await readBounds()).start, 5, 'what was trimmed stays trimmed');
  const [{ labels, lost, size } = { labels: 0, lost: 0, size: 0 }] = await docket.clickhouse.query<{
    labels: number;
    lost: number;
    size: number;
  }>(`SELECT (SELECT count() FROM labels) AS labels, (SELECT count() FROM lost) AS lost,
        (SELECT max(next_offset) FROM progress WHERE topic = '${TOPIC}') AS size`);
  assert.deepEqual({ labels, lost, size }, { labels: 6, lost: 0, size: 6 });
});

test('a committed offset that lies before the trimmed log costs nothing', async () => {
  const kafka = new Kafka({ brokers: [docket.stack.brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.setOffsets({
    groupId: 'docket-recorder',
    topic: TOPIC,
    partitions: [{ partition: 0, offset: '1' }],
  });
  await docket.send('label', [sampleLabel()]);
  const recorder = await startTrimming(168);
  await docket.untilRecorded();
  await recorder.stop();
  await admin.disconnect();
  const [row] = await docket.clickhouse.query<{ labels: number; lost: number }>(
    'SELECT (SELECT count() FROM labels) AS labels, (SELECT count() FROM lost) AS lost',
  );
  assert.deepEqual(row, { labels: 7, lost: 0 });
});

test('nothing that is recorded only above the saved progress goes: it would be read back', async () => {
  const recorder = await startRecorder(
    { ...docket.recorderEnv, DOCKET_TRIM_INTERVAL_MS: '100', DOCKET_REPLAY_WINDOW_HOURS: '0' },
    { wrapStore: (store) => ({ ...store, saveProgress: async () => {} }) },
  );
  const { start, end } = await readBounds();
  await docket.send('label', [sampleLabel(), sampleLabel()]);
  await until('they are stored', async () => {
    const [row] = await docket.clickhouse.query<{ n: number }>('SELECT count() AS n FROM labels');
    return row?.n === 9;
  });
  const storedAt = Date.now() / 1000;
  const lastTrim = 'docket_recorder_last_trim_timestamp_seconds';
  await until('two rounds', async () => (await readMetric(recorder.url, lastTrim)) > storedAt + 0.2);
  const bounds = await readBounds();
  assert.ok(bounds.start <= end, 'only what an earlier recorder saved as recorded is gone');
  assert.ok(bounds.start >= start);
  assert.equal(bounds.end, end + 2);
  await recorder.stop();
});

test('an erasure needs raw topics to go, whatever the window: the recorder trims them to its barriers', async () => {
  const subject = 'customer-17';
  const erasable = {
    salt: randomBytes(16),
    subjects: [subject],
    principal: null,
    input: 'private',
    output: null,
  };
  await docket.send('decision', [sampleDecision({ erasable }), sampleDecision()]);
  const recorder = await startTrimming(168);
  await docket.untilRecorded();
  const env = docket.vault.envOf('operator');
  const vault = createVaultClient({
    url: docket.vault.url,
    token: readFileSync(env.DOCKET_VAULT_TOKEN_FILE ?? '', 'utf8').trim(),
  });
  const before = await docket.log.read('docket.decisions.v1');
  await vault.erase('acme', subject);
  await until('the logs start at the ends of then', async () => {
    const now = await docket.log.read('docket.decisions.v1');
    return before.every(
      ({ partition, end }) => (now.find((at) => at.partition === partition)?.start ?? 0) >= end,
    );
  });
  await recorder.stop();
  const [row] = await docket.clickhouse.query<{ n: number }>('SELECT count() AS n FROM lost');
  assert.equal(row?.n, 0);
});

test('topics are made for trimming: short segments, and a long retention of their own', async () => {
  const admin = new Kafka({ brokers: [docket.stack.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: TOPIC }],
  });
  await admin.disconnect();
  const entries = resources[0]?.configEntries ?? [];
  const settingOf = (name: string) => Number(entries.find((entry) => entry.configName === name)?.configValue);
  assert.ok(settingOf('segment.ms') <= 3_600_000);
  assert.ok(settingOf('retention.ms') >= 28 * 86_400_000);
});
