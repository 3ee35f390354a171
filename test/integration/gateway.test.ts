import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { Kafka, logLevel } from 'kafkajs';
import { stringify } from 'yaml';
import { INPUTS } from '../../domain/contract/inputs.ts';
import { formatUuid } from '../../domain/contract/uuid.ts';
import { ensureTopics } from '../../platform/kafka/topics.ts';
import { startGateway } from '../../services/gateway/service.ts';
import { type Broker, startBroker } from '../../stack/kafka/broker.ts';
import {
  type DecodedEvent,
  decodeRecord,
  GATEWAY_TOKENS,
  gatewayTenants,
  minimalDecision,
  opaEvent,
} from '../support/gateway-fixture.ts';
import { until } from '../support/until.ts';

interface Arrived extends DecodedEvent {
  readonly topic: string;
  readonly key: string;
}

describe('the gateway before a real Kafka', () => {
  let dataDir = '';
  let broker: Broker;
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let stopReading: () => Promise<void>;
  const arrived: Arrived[] = [];

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'docket-gateway-'));
    // A broker of its own: one test ends it under load.
    broker = await startBroker({ dataDir: join(dataDir, 'kafka') });
    await ensureTopics(INPUTS, { brokers: [broker.brokers], clientId: 'docket-test' });
    const tenantsFile = join(dataDir, 'tenants.yaml');
    await writeFile(tenantsFile, stringify(gatewayTenants()));
    gateway = await startGateway({
      DOCKET_KAFKA_BROKERS: broker.brokers,
      DOCKET_TENANTS_FILE: tenantsFile,
      DOCKET_HTTP_PORT: '0',
      // Above what a busy machine needs for a send: only Kafka's death may be refused.
      DOCKET_SEND_TIMEOUT_MS: '3000',
      DOCKET_LOG_LEVEL: 'silent',
    });
    stopReading = await readEverything(broker.brokers, arrived);
  });

  after(async () => {
    await stopReading?.();
    await gateway?.stop();
    await broker?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}${path}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : new Uint8Array(body),
      headers: {
        authorization: `Bearer ${GATEWAY_TOKENS.enforcer}`,
        'content-type': 'application/json',
        ...headers,
      },
    });
  const arrivedIds = () =>
    arrived
      .filter(({ subject }) => subject === 'decision')
      .map(({ fields }) => formatUuid(fields.decision_id as Uint8Array));

  test('what is acknowledged is in Kafka, under its tenant and enforcer, and can be decoded', async () => {
    assert.equal((await fetch(`${gateway.url}/readyz`)).status, 200);
    const opa = opaEvent();
    const own = minimalDecision();
    const chunk = gzipSync(JSON.stringify([opa, opaEvent({ result: 7 })]));
    const delivered = await post('/logs', chunk, { 'content-encoding': 'gzip' });
    assert.deepEqual([delivered.status, await delivered.json()], [200, { accepted: 1, rejected: 1 }]);
    assert.equal((await post('/v1/decisions', JSON.stringify(own))).status, 202);
    await until('all three are in Kafka', () => arrived.length >= 3);
    assert.deepEqual(
      arrived
        .map(({ topic, key, subject, fields }) => [topic, key, subject, fields.outcome ?? fields.reason])
        .sort(),
      [
        ['docket.decisions.v1', 'acme|guard-1', 'decision', 'DENY'],
        ['docket.decisions.v1', 'acme|opa-7', 'decision', 'ALLOW'],
        ['docket.rejections.v1', 'acme', 'rejection', 'outcome_not_recognized'],
      ],
    );
    assert.deepEqual(arrivedIds().sort(), [opa.decision_id, own.decision_id].sort());
  });

  test('a chunk that is larger than a Kafka message is taken whole', async () => {
    const count = 3_000;
    const before = arrived.length;
    const events = Array.from({ length: count }, () => opaEvent({ input: 'x'.repeat(2_000) }));
    const answer = await post('/logs', gzipSync(JSON.stringify(events.slice(0, 10))), {
      'content-encoding': 'gzip',
    });
    assert.equal(answer.status, 200);
    const all = events.slice(10).map((event) => ({ ...event, input: randomUUID().repeat(50) }));
    const large = await post('/logs', gzipSync(JSON.stringify(all)), { 'content-encoding': 'gzip' });
    assert.deepEqual([large.status, await large.json()], [200, { accepted: count - 10, rejected: 0 }]);
    await until('the whole chunk is in Kafka', () => arrived.length - before >= count);
    assert.equal(new Set(arrivedIds()).size, arrivedIds().length);
  });

  test('a bomb and a body that breaks off leave the gateway as it was', async () => {
    const bomb = await post('/logs', gzipSync(Buffer.alloc(64 * 1024 * 1024)), {
      'content-encoding': 'gzip',
    });
    assert.deepEqual([bomb.status, await bomb.json()], [200, { accepted: 0, rejected: null }]);
    const aborted = new AbortController();
    const body = new ReadableStream({
      pull: (controller) => {
        controller.enqueue(new TextEncoder().encode('[{"labels":'));
        setTimeout(() => aborted.abort(), 50);
        return new Promise(() => {});
      },
    });
    const sending: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      body,
      duplex: 'half',
      signal: aborted.signal,
      headers: { authorization: `Bearer ${GATEWAY_TOKENS.enforcer}` },
    };
    await assert.rejects(fetch(`${gateway.url}/logs`, sending));
    const metrics = async () => (await fetch(`${gateway.url}/metrics`)).text();
    await until('nothing is in flight', async () =>
      (await metrics()).includes('docket_gateway_in_flight_bytes 0'),
    );
    assert.equal((await post('/v1/decisions', JSON.stringify(minimalDecision()))).status, 202);
  });

  test('Kafka killed under load: every acknowledged decision is there, and what was not came back as 503', async () => {
    const acknowledged: string[] = [];
    const statuses = new Set<number>();
    let running = true;
    const sender = async () => {
      while (running) {
        const decision = minimalDecision();
        const { status } = await post('/v1/decisions', JSON.stringify(decision));
        statuses.add(status);
        if (status === 202) acknowledged.push(String(decision.decision_id));
        await sleep(2);
      }
    };
    const senders = Array.from({ length: 8 }, sender);
    const untilAcknowledged = (count: number) =>
      until(`${count} are acknowledged`, () => acknowledged.length >= count);
    const readiness = async () => (await fetch(`${gateway.url}/readyz`)).status;
    await untilAcknowledged(100);
    const { port } = broker;
    // A reader that lives through the crash restarts itself for ever; a new one reads everything again afterwards.
    await stopReading();
    broker.kill('SIGKILL');
    await broker.exited;
    await until('the gateway is not ready', async () => (await readiness()) === 503);
    broker = await startBroker({ dataDir: join(dataDir, 'kafka'), port });
    await until('the gateway is ready again', async () => (await readiness()) === 200);
    await untilAcknowledged(acknowledged.length + 100);
    running = false;
    await Promise.all(senders);
    assert.deepEqual([...statuses].sort(), [202, 503]);
    arrived.length = 0;
    stopReading = await readEverything(broker.brokers, arrived);
    await until('every acknowledged decision is read', () => {
      const ids = new Set(arrivedIds());
      return acknowledged.every((id) => ids.has(id));
    });
  });
});

async function readEverything(brokers: string, into: Arrived[]): Promise<() => Promise<void>> {
  const kafka = new Kafka({ brokers: [brokers], clientId: 'docket-test', logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({
    groupId: `gateway-${randomUUID()}`,
    retry: { retries: 100, maxRetryTime: 500 },
  });
  await consumer.connect();
  await consumer.subscribe({ topics: INPUTS.map(({ topic }) => topic), fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ topic, message }) => {
      into.push({ topic, key: String(message.key), ...decodeRecord(message.value ?? Buffer.alloc(0)) });
    },
  });
  return () => consumer.disconnect();
}
