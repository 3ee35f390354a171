import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { HttpOutbox, type HttpOutboxOptions } from './http-outbox.ts';

interface Seen {
  readonly headers: IncomingMessage['headers'];
  readonly events: unknown;
}

/** A gateway that answers these in turn, then 202. */
async function fakeGateway(context: TestContext, answers: [number, object][]) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    const events: unknown = JSON.parse(text.toString('utf8'));
    seen.push({ headers: request.headers, events });
    const size = Array.isArray(events) ? events.length : 0;
    const [status, answer] = answers.shift() ?? [202, { accepted: size }];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

function openOutbox(url: string, changes: Partial<HttpOutboxOptions> = {}) {
  const counts = { accepted: 0, rejections: 0, dropped: 0, failures: [] as string[] };
  const outbox = new HttpOutbox({
    url,
    token: 'token-1',
    flushIntervalMs: 10,
    maxBatch: 3,
    maxQueued: 10,
    likeOpa: false,
    onAcknowledged: (_batch, { accepted, rejections }) => {
      counts.accepted += accepted;
      counts.rejections += rejections;
    },
    onDropped: (count) => {
      counts.dropped += count;
    },
    onFailure: (cause) => counts.failures.push(cause),
    ...changes,
  });
  return { outbox, counts };
}

const events = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

test('events go out in order, in batches, with the token', async (context) => {
  const gateway = await fakeGateway(context, []);
  const { outbox, counts } = openOutbox(gateway.url);
  outbox.push(...events(7));
  await outbox.close(2_000);
  assert.deepEqual(
    gateway.seen.flatMap((each) => each.events),
    events(7),
  );
  assert.equal(gateway.seen.length, 3);
  assert.equal(gateway.seen[0]?.headers.authorization, 'Bearer token-1');
  assert.equal(counts.accepted, 7);
});

test('an overloaded gateway gets the same batch again', async (context) => {
  const gateway = await fakeGateway(context, [
    [503, {}],
    [429, {}],
  ]);
  const { outbox, counts } = openOutbox(gateway.url);
  outbox.push(...events(2));
  await outbox.close(5_000);
  assert.deepEqual(
    gateway.seen.map((each) => each.events),
    [events(2), events(2), events(2)],
  );
  assert.deepEqual([counts.accepted, counts.dropped, counts.failures], [2, 0, ['http_503', 'http_429']]);
});

test('what the gateway refuses for its content is dropped and counted; OPA would go on trying', async (context) => {
  const refusing = await fakeGateway(context, [[422, {}]]);
  const json = openOutbox(refusing.url);
  json.outbox.push(...events(2));
  await json.outbox.close(2_000);
  assert.deepEqual([json.counts.accepted, json.counts.dropped], [0, 2]);

  const forgetful = await fakeGateway(context, [[401, {}]]);
  const opa = openOutbox(forgetful.url, { likeOpa: true });
  opa.outbox.push(...events(2));
  await opa.outbox.close(2_000);
  assert.deepEqual([opa.counts.accepted, opa.counts.dropped], [2, 0]);
  assert.equal(forgetful.seen[1]?.headers['content-encoding'], 'gzip');
});

test('rejections that the gateway reports are counted beside what it accepted', async (context) => {
  const gateway = await fakeGateway(context, [
    [200, { accepted: 2, rejected: 1 }],
    [200, { accepted: 0, rejected: null }],
  ]);
  const { outbox, counts } = openOutbox(gateway.url, { likeOpa: true });
  outbox.push(...events(6));
  await outbox.close(2_000);
  assert.deepEqual([counts.accepted, counts.rejections], [2, 2]);
});

test('with no gateway the queue stays bounded, the oldest go, and closing ends in time', async () => {
  const { outbox, counts } = openOutbox('http://127.0.0.1:1', { maxBatch: 5 });
  for (const event of events(100)) outbox.push(event);
  const began = Date.now();
  await outbox.close(400);
  assert.ok(Date.now() - began < 2_000);
  assert.equal(counts.accepted, 0);
  assert.equal(counts.dropped, 100);
  assert.ok(counts.failures.length > 0);
});
