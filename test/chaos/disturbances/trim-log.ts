import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { INPUTS, inputOf } from '../../../domain/contract/inputs.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import { between, type Draw, LANES, type Stage } from '../disturbance.ts';

const { topic, partitions } = inputOf('decision');
const PATIENCE_MS = 60_000;
/** The most that is given up at once: what is trimmed shows nothing else any more. */
const MOST_TRIMMED = 300;

/** Retention eats what is recorded already: nothing may come of it. */
export const trimBehind: Draw = (random) => {
  const partition = between(random, 0, partitions - 1);
  const distance = between(random, 0, 100);
  return {
    kind: 'trim-behind',
    says: `${topic}/${partition} trimmed up to ${distance} offsets before what is recorded`,
    lanes: ['engine', 'broker', 'log'],
    lastsMs: 0,
    begin: async (stage) => {
      const recorded = await readRecorded(stage.stack.clickhouse, partition);
      await trim(stage, partition, recorded - distance);
      return async () => ({ kills: 0, processKills: 0 });
    },
  };
};

/** While no recorder runs, retention eats what is not recorded: exactly that becomes a lost range. */
export const trimAhead: Draw = (random) => {
  const partition = between(random, 0, partitions - 1);
  const share = random();
  const lastsMs = between(random, 200, 800);
  return {
    kind: 'trim-ahead',
    says: `both recorders killed; ${topic}/${partition} trimmed by up to ${1 + Math.floor(share * MOST_TRIMMED)} offsets that are not recorded`,
    lanes: LANES,
    lastsMs,
    begin: async (stage) => {
      await Promise.all(stage.stack.recorders.map((recorder) => recorder.end('SIGKILL')));
      return async () => {
        const end = await trimUnrecorded(stage, partition, share);
        await Promise.all(stage.stack.recorders.map((recorder) => recorder.start()));
        // A broker that is killed may forget how far a log was trimmed: nothing else happens until it is on record.
        await until(async () => (await readRecorded(stage.stack.clickhouse, partition)) >= end);
        return { kills: 2, processKills: 2 };
      };
    },
  };
};

async function trimUnrecorded(stage: Stage, partition: number, share: number): Promise<number> {
  const { clickhouse, proxy } = stage.stack;
  await until(async () => proxy.inFlight() === 0 && (await countInserts(clickhouse)) === 0);
  const recorded = await readRecorded(clickhouse, partition);
  const stored = new Set(await readStoredFrom(clickhouse, partition, recorded));
  const bounds = (await stage.log.read(topic)).find((entry) => entry.partition === partition);
  const logEnd = bounds?.end ?? 0;
  let firstAbsent = recorded;
  while (stored.has(firstAbsent)) firstAbsent++;
  const end = Math.min(logEnd, firstAbsent + 1 + Math.floor(share * MOST_TRIMMED));
  await trim(stage, partition, end);
  const lost = stage.trimmed.get(`${topic}/${partition}`) ?? new Set<number>();
  for (let offset = recorded; offset < end; offset++) if (!stored.has(offset)) lost.add(offset);
  stage.trimmed.set(`${topic}/${partition}`, lost);
  stage.journal(`${topic}/${partition}: ${recorded} to ${end} trimmed, ${stored.size} of them stored`);
  return end;
}

async function trim(stage: Stage, partition: number, offset: number): Promise<void> {
  const bounds = (await stage.log.read(topic)).find((entry) => entry.partition === partition);
  if (bounds === undefined || offset <= bounds.start) return;
  const admin = new Kafka({ brokers: [stage.stack.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await admin.fetchTopicOffsets(topic); // loads the metadata that deleting needs
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
  } finally {
    await admin.disconnect();
  }
}

async function readRecorded(clickhouse: ClickHouse, partition: number): Promise<number> {
  const [row] = await clickhouse.query<{ next: number }>(
    'SELECT max(next_offset) AS next FROM progress WHERE topic = {topic: String} AND partition = {partition: Int32}',
    { topic, partition },
  );
  return row?.next ?? 0;
}

async function readStoredFrom(clickhouse: ClickHouse, partition: number, from: number): Promise<number[]> {
  const tables = [...INPUTS.map(({ table }) => table), 'duplicates', 'quarantine'];
  const parts = tables.map(
    (table) => `SELECT offset FROM ${table}
      WHERE topic = {topic: String} AND partition = {partition: Int32} AND offset >= {from: Int64}`,
  );
  const rows = await clickhouse.query<{ offset: number }>(parts.join(' UNION ALL '), {
    topic,
    partition,
    from,
  });
  return rows.map((row) => row.offset);
}

async function countInserts(clickhouse: ClickHouse): Promise<number> {
  const running = await clickhouse.query<object>(
    "SELECT query_id FROM system.processes WHERE startsWith(query_id, 'docket-')",
  );
  return running.length;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await holds().catch(() => false))) {
    if (Date.now() > deadline) throw new Error('trimming the log: waited in vain');
    await sleep(50);
  }
}
