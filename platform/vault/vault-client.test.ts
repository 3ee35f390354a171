import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createVaultClient, type VaultClient } from './vault-client.ts';
import { VaultFailure } from './vault-failure.ts';

const SECRET = 'subject-that-must-not-be-told';
const key = { key_id: '01'.repeat(16), box_key: '02'.repeat(32), token_key: '03'.repeat(32) };

async function clientOf(t: TestContext, answer: RequestListener, timeoutMs = 2_000): Promise<VaultClient> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return createVaultClient({ url: `http://127.0.0.1:${port}`, token: 'secret-token', timeoutMs });
}

function answering(status: number, body: unknown): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { connection: 'close' }).end(JSON.stringify(body));
  };
}

const isFailure = (code: string, status: number | null) => (error: unknown) => {
  assert.ok(error instanceof VaultFailure);
  assert.deepEqual([error.code, error.status], [code, status]);
  const told = JSON.stringify({ ...error, message: error.message, stack: error.stack });
  assert.ok(!told.includes(SECRET) && !told.includes('secret-token'));
  return true;
};

test('a lease comes back in order, as bytes', async (t) => {
  const barrier = { topic: 'a', partition: 0, offset: 7 };
  const client = await clientOf(
    t,
    answering(200, {
      expires_in_ms: 60_000,
      subjects: [
        { key, erased_below: [] },
        { key: null, erased_below: [barrier] },
      ],
      days: [{ key: null }],
    }),
  );
  const lease = await client.lease([], []);
  assert.deepEqual(lease.subjects[0]?.key?.boxKey, Buffer.alloc(32, 2));
  assert.deepEqual(lease.subjects[1], { key: null, erasedBelow: [barrier] });
  assert.deepEqual(lease.days, [null]);
  assert.ok(lease.expiresInMs < 60_000 && lease.expiresInMs > 55_000);
});

test('a refusal is its code and status, and tells nothing that was sent', async (t) => {
  const client = await clientOf(t, answering(410, { error: { code: 'gone', message: SECRET } }));
  await assert.rejects(client.erase('acme', SECRET), isFailure('gone', 410));
});

for (const body of [null, [], { error: SECRET }, { error: { code: SECRET } }]) {
  test(`an answer of something else, ${JSON.stringify(body)}, is not believed`, async (t) => {
    const client = await clientOf(t, answering(500, body));
    await assert.rejects(client.lookUp('acme', SECRET), isFailure('bad_answer', 500));
  });
}

test('no answer in time, and nobody there', async (t) => {
  const slow = await clientOf(t, () => {}, 50);
  await assert.rejects(slow.lookUp('acme', SECRET), isFailure('timeout', null));
  const nobody = createVaultClient({ url: 'http://127.0.0.1:1', token: 'secret-token' });
  await assert.rejects(nobody.lookUp('acme', SECRET), isFailure('unreachable', null));
});
