import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Decision } from '../../domain/contract/events.ts';
import { INPUTS } from '../../domain/contract/inputs.ts';
import { appendLeaf, EMPTY_RANGE, rangeRoot } from '../../domain/merkle/compact-range.ts';
import { startEvaluator } from '../../services/evaluator/service.ts';
import { type Engine, startEngine } from '../../stack/clickhouse/engine-process.ts';
import { type LocalService, startLocalService } from '../../stack/local-services.ts';
import { readLogEnds } from '../../stack/log-offsets.ts';
import { freePort } from '../../stack/ports.ts';
import { createRandom } from '../support/random.ts';
import { type RecordingStack, startRecordingStack, until } from '../support/recorder-fixture.ts';
import { sampleDecision, sampleTally } from '../support/sample-events.ts';

const KILLS_EACH = 10;
const SEED = 7;
/** About one batch for every flush: more would add work, but no moment that a kill could hit. */
const LOAD_PAUSE_MS = 90;
const TIMESCALE = '60';
let docket: RecordingStack;

before(async () => {
  docket = await startRecordingStack();
});
after(() => docket.stop());

test('after ten kills each of recorder and engine under load nothing is lost, doubled or miscounted', async (t) => {
  const random = createRandom(SEED);
  let engine: Engine = docket.stack.engine;
  let recorder = await startRecorderProcess(await freePort());
  const evaluator = await startEvaluator({
    DOCKET_CLICKHOUSE_URL: docket.stack.clickHouseUrl,
    DOCKET_TIMESCALE: TIMESCALE,
    DOCKET_EVALUATE_EVERY_MS: '300',
    DOCKET_HTTP_PORT: '0',
    DOCKET_LOG_LEVEL: 'silent',
  });
  const load = startLoad(random);
  t.after(async () => {
    await load.stop();
    await Promise.all([recorder.child.stop(), engine.stop(), evaluator.stop()]);
  });

  for (let kill = 0; kill < KILLS_EACH; kill++) {
    await untilSomethingIsRecorded();
    await sleep(random() * 500);
    recorder.child.kill('SIGKILL');
    await recorder.child.exited;
    recorder = await startRecorderProcess(Number(new URL(recorder.url).port));
    await untilSomethingIsRecorded();
    await sleep(random() * 500);
    engine.kill('SIGKILL');
    await engine.exited;
    engine = await startEngine({ dataDir: join(docket.stack.dataDir, 'clickhouse'), port: engine.port });
  }
  const sent = await load.stop();
  await docket.untilRecorded();
  const quietSince = Date.now();
  await until('every minute of the load is closed', async () => (await closedUntil()) > quietSince);

  t.diagnostic(`${KILLS_EACH * 2} kills, ${sent} events, seed ${SEED}`);
  assert.ok(sent > 1_000, 'too little load to show anything');
  await everyOffsetIsThereOnce();
  await rootsFollowFromTheRows();
  await rollupsEqualRawRows();
});

/** A recorder in a process of its own, so that killing it is real. */
function startRecorderProcess(port: number): Promise<LocalService> {
  return startLocalService({
    name: 'recorder',
    entry: 'services/recorder/main.ts',
    port,
    env: { ...docket.recorderEnv, DOCKET_HTTP_PORT: String(port), DOCKET_SESSION_TIMEOUT_MS: '1500' },
    dataDir: docket.stack.dataDir,
    readyPath: '/healthz',
  });
}

/** A kill shows something only while the recorder is at work: between two of them it must get something done. */
async function untilSomethingIsRecorded(): Promise<void> {
  const before = await countDecisions();
  await until('the recorder records again', async () => (await countDecisions()) > before);
}

async function countDecisions(): Promise<number> {
  const [row] = await docket.clickhouse.query<{ n: number }>('SELECT count() AS n FROM decisions');
  return row?.n ?? 0;
}

/** Appends decisions, tallies, duplicates and garbage until stopped. Resolves with how many. */
function startLoad(random: () => number): { stop(): Promise<number> } {
  let running = true;
  let sent = 0;
  let sequence = 0;
  const earlier: Decision[] = [];
  const loop = async () => {
    while (running) {
      const decisions = Array.from({ length: 10 }, () => randomDecision(random, sequence++));
      earlier.push(...decisions.slice(0, 1));
      const repeated = earlier[Math.floor(random() * earlier.length)];
      const batch = repeated === undefined ? decisions : [...decisions, repeated];
      await docket.send('decision', batch);
      await docket.send('request-tally', [sampleTally()]);
      await docket.sendRaw('decision', [Buffer.from('garbage')]);
      sent += batch.length + 2;
      await sleep(LOAD_PAUSE_MS);
    }
    return sent;
  };
  const finished = loop();
  return {
    stop: () => {
      running = false;
      return finished;
    },
  };
}

function randomDecision(random: () => number, sequence: number): Decision {
  const outcome = random() < 0.2 ? 'DENY' : 'ALLOW';
  const enforcer = {
    id: `guard-${sequence % 5}`,
    version: '1',
    epoch: 1,
    sequence: Math.floor(sequence / 5),
  };
  return sampleDecision({
    outcome,
    enforcer,
    service: random() < 0.5 ? 'checkout' : 'support',
    latency_us: 1 + sequence,
  });
}

async function everyOffsetIsThereOnce(): Promise<void> {
  const parts = tables().map((table) => `SELECT topic, partition, offset FROM ${table}`);
  const found = await docket.clickhouse.query<{ at: string; rows: number; offsets: number; highest: number }>(
    `SELECT concat(topic, '/', toString(partition)) AS at, count() AS rows, uniqExact(offset) AS offsets, max(offset) AS highest
     FROM (${parts.join(' UNION ALL ')}) GROUP BY at`,
  );
  const byPartition = new Map(found.map((row) => [row.at, row]));
  for (const [at, end] of await readLogEnds(docket.log)) {
    const row = byPartition.get(at);
    assert.deepEqual([row?.rows ?? 0, row?.offsets ?? 0], [end, end], `${at}: rows and distinct offsets`);
  }
  const [lost] = await docket.clickhouse.query<{ n: number }>('SELECT count() AS n FROM lost');
  assert.equal(lost?.n, 0);
}

async function rootsFollowFromTheRows(): Promise<void> {
  const parts = tables().map((table) => `SELECT topic, partition, offset, leaf_hash FROM ${table}`);
  const leaves = await docket.clickhouse.query<{ at: string; leaf: string }>(
    `SELECT concat(topic, '/', toString(partition)) AS at, hex(leaf_hash) AS leaf FROM (${parts.join(' UNION ALL ')})
     ORDER BY at, offset`,
  );
  const roots = await docket.clickhouse.query<{ at: string; root: string }>(
    `SELECT concat(topic, '/', toString(partition)) AS at, hex(root) AS root FROM progress FINAL
     WHERE next_offset > 0 ORDER BY at, next_offset DESC LIMIT 1 BY at`,
  );
  assert.ok(roots.length > 0);
  for (const { at, root } of roots) {
    const own = leaves.filter((row) => row.at === at).map((row) => Buffer.from(row.leaf, 'hex'));
    assert.equal(rangeRoot(own.reduce(appendLeaf, EMPTY_RANGE)).toString('hex').toUpperCase(), root, at);
  }
}

/** Minute by minute: what the evaluator stored while everything fell over, and what the raw rows say now. */
async function rollupsEqualRawRows(): Promise<void> {
  const minuteMs = 60_000 / Number(TIMESCALE);
  const raw = await docket.clickhouse.query(
    `SELECT intDiv(toUnixTimestamp64Milli(append_time), ${minuteMs}) AS minute, service, outcome, count() AS n
     FROM decisions GROUP BY minute, service, outcome ORDER BY minute, service, outcome`,
  );
  const rolledUp = await docket.clickhouse.query(
    `SELECT intDiv(toUnixTimestamp64Milli(append_minute), ${minuteMs}) AS minute, service, outcome, sum(decisions) AS n
     FROM decision_minutes FINAL GROUP BY minute, service, outcome ORDER BY minute, service, outcome`,
  );
  assert.ok(raw.length > 10, 'too few minutes to show anything');
  assert.deepEqual(rolledUp, raw);
}

async function closedUntil(): Promise<number> {
  const [row] = await docket.clickhouse.query<{ until: number }>(
    'SELECT toUnixTimestamp64Milli(max(watermark)) AS until FROM closed_minutes',
  );
  return row?.until ?? 0;
}

function tables(): string[] {
  return [...INPUTS.map(({ table }) => table), 'duplicates', 'quarantine'];
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
