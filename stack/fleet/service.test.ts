import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { readFrame } from '../../domain/contract/wire.ts';
import type { OutgoingRecord } from '../../platform/kafka/event-producer.ts';
import { ConfigurationError } from '../../platform/lifecycle/configuration.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import type { FleetStats } from './fleet.ts';
import type { Connect } from './players.ts';
import { startFleetService } from './service.ts';

const registry = loadReleasedSchemas();

/** A log that acknowledges everything; `failures` first attempts to connect fail. */
function fakeKafka(failures = 0) {
  const records: { topic: string; record: OutgoingRecord }[] = [];
  let left = failures;
  const connect: Connect = async () => {
    if (left-- > 0) throw new Error('away');
    return {
      send: async (topic, sent) => void records.push(...sent.map((record) => ({ topic, record }))),
      close: async () => {},
    };
  };
  return { connect, records };
}

async function fakeGateway(context: TestContext) {
  const events: { path: string; event: Record<string, unknown> }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    const batch = JSON.parse(text.toString('utf8')) as Record<string, unknown>[];
    for (const event of batch) events.push({ path: request.url ?? '', event });
    response.writeHead(202).end(JSON.stringify({ accepted: batch.length }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, events };
}

const environment = (gatewayUrl: string) => ({
  DOCKET_KAFKA_BROKERS: '127.0.0.1:1',
  DOCKET_GATEWAY_URL: gatewayUrl,
  DOCKET_FLEET_TENANTS: JSON.stringify([
    { id: 'acme', enforcerToken: 'a', sreToken: 's' },
    { id: 'globex', enforcerToken: 'b' },
  ]),
  DOCKET_FLEET_RATE: '400',
  DOCKET_FLEET_PORT: '0',
  DOCKET_TIMESCALE: '60',
  DOCKET_LOG_LEVEL: 'silent',
});

const ask = async (url: string, method = 'GET'): Promise<FleetStats> =>
  (await (await fetch(url, { method })).json()) as FleetStats;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

test('what the fleet says it sent is what Kafka and the gateway got, and ingresses count every request', async (context) => {
  const kafka = fakeKafka(2);
  const gateway = await fakeGateway(context);
  const service = await startFleetService(environment(gateway.url), kafka.connect);
  context.after(() => service.stop());
  await pause(1_500);
  const unknown = await fetch(`${service.url}/scenario/earthquake`, { method: 'POST' });
  assert.equal(unknown.status, 404);
  assert.match(await unknown.text(), /normal, overblocking, engine-outage, drift/);
  assert.equal((await ask(`${service.url}/scenario/engine-outage`, 'POST')).scenario, 'engine-outage');
  await pause(1_500);
  const stats = await ask(`${service.url}/stop-playing`, 'POST');

  assert.equal(stats.settled, true);
  assert.equal(stats.dropped, 0);
  assert.equal(stats.failures, 2, 'two connections came late');
  const byTopic = new Map<string, number>();
  const add = (topic: string) => byTopic.set(topic, (byTopic.get(topic) ?? 0) + 1);
  for (const { topic } of kafka.records) add(topic);
  for (const { path } of gateway.events) {
    if (path === '/logs') add('docket.decisions.v1');
    else add(`docket.${path.slice('/v1/'.length)}.v1`);
  }
  assert.deepEqual(stats.sent, Object.fromEntries(byTopic));
  const decisions = sum(stats.enforcers.map((enforcer) => enforcer.decisions));
  assert.ok(decisions > 500, `${decisions}`);
  assert.equal((stats.byRoute.sdk ?? 0) + (stats.byRoute.opa ?? 0), decisions);
  assert.ok((stats.byRoute.labels ?? 0) > 0);
  assert.equal(stats.byRoute['policy-changes'], 48);
  // Of each tenant an incident of yesterday, and the one of the outage; only acme has somebody on call.
  assert.deepEqual([stats.byRoute.incidents, stats.byRoute['slo-adjustments']], [7, 1]);
  assert.ok((stats.byRoute['sdk-outcomes'] ?? 0) > 0);

  await pause(300);
  assert.deepEqual((await ask(`${service.url}/stats`)).sent, stats.sent, 'nothing is made any more');
  assert.deepEqual((await ask(`${service.url}/stop-playing`, 'POST')).sent, stats.sent);
  checkCoverage(kafka.records, gateway.events, stats);
});

/** Requests that the ingress of a service counted in an interval = enforced decisions of its enforcer in it. */
function checkCoverage(
  records: readonly { topic: string; record: OutgoingRecord }[],
  events: readonly { path: string; event: Record<string, unknown> }[],
  stats: FleetStats,
): void {
  const decided = new Map<string, { atMs: number; service: string }>();
  for (const { topic, record } of records) {
    const frame = readFrame(record.value, registry);
    if (topic !== 'docket.decisions.v1' || !frame.ok) continue;
    const decoded = frame.schema.decode(record.value, frame.bodyOffset);
    if (!decoded.ok) continue;
    const { request_id, decided_at, service, mode, probe } = decoded.value;
    if (mode !== 'ENFORCE' || probe !== null) continue;
    decided.set(String(request_id), { atMs: Number(decided_at) / 1000, service: String(service) });
  }
  const tallies = events.filter(({ path }) => path === '/v1/tallies').map(({ event }) => event);
  const services = stats.enforcers.filter(({ route }) => route === 'sdk').map(({ service }) => service);
  for (const service of services) {
    for (const tally of tallies.filter((each) => each.service === service)) {
      const { interval_start, interval_end, requests_in_scope } = tally;
      const [start, end] = [Date.parse(String(interval_start)), Date.parse(String(interval_end))];
      const made = [...decided.values()].filter(
        (each) => each.service === service && each.atMs >= start && each.atMs < end,
      );
      assert.equal(requests_in_scope, made.length, `${service} from ${start}`);
    }
  }
  const counted = tallies.map(({ requests_in_scope }) => Number(requests_in_scope));
  assert.ok(sum(counted) > decided.size);
}

test('without Kafka and gateway the fleet stays up, counts, and ends in time', async () => {
  const away: Connect = async () => {
    throw new Error('away');
  };
  const service = await startFleetService(environment('http://127.0.0.1:1'), away);
  await pause(400);
  const stats = await ask(`${service.url}/stats`);
  assert.deepEqual(stats.sent, {});
  assert.ok(stats.failures > 0);
  assert.equal((await fetch(`${service.url}/healthz`)).status, 200);
  const began = Date.now();
  await service.stop();
  assert.ok(Date.now() - began < 9_500);
});

test('all that is wrong with the settings is said at once, without a value', async () => {
  const wrong = {
    ...environment('nonsense'),
    DOCKET_FLEET_TENANTS: '{secret',
    DOCKET_FLEET_SCENARIO: 'storm',
  };
  await assert.rejects(startFleetService(wrong), (error) => {
    assert.ok(error instanceof ConfigurationError);
    assert.equal(error.problems.length, 3);
    assert.doesNotMatch(error.problems.join(' '), /secret|storm|nonsense/);
    return true;
  });
});
