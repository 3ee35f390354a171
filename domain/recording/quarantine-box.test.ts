import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type BoxCoordinates, openBox, payloadKeyOf, sealBox } from './quarantine-box.ts';

const HEX = 'ab'.repeat(32);

const key = { keyId: Buffer.alloc(16, 5), boxKey: Buffer.from(HEX, 'hex') };
const at: BoxCoordinates = { topic: 'docket.decisions.v1', partition: 1, offset: 7 };
const nonce = Buffer.alloc(12, 9);
const content = { key: Buffer.from('acme|guard-1'), value: Buffer.from('ask jane@example.com') };

test('what was sealed opens again, byte for byte, at its coordinates', () => {
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
  fc.assert(
    fc.property(
      fc.record({ topic: fc.string(), partition: fc.nat(), offset: fc.maxSafeNat() }),
      fc.record({ key: fc.option(bytes), value: bytes }, { noNullPrototype: true }),
      fc.uint8Array({ minLength: 12, maxLength: 12 }),
      (coordinates, given, random) => {
        const box = sealBox(key, 'acme', coordinates, given, Buffer.from(random));
        assert.deepEqual(openBox(key.boxKey, coordinates, box), { ok: true, content: given });
      },
    ),
  );
});

test('a box has the stated form: another implementation makes the same of the same inputs', async () => {
  const header = Buffer.from(`02${'05'.repeat(16)}0461636d65${'09'.repeat(12)}`, 'hex');
  const coordinates = Buffer.from('000000010000000000000007', 'hex');
  const topic = Buffer.from('docket.decisions.v1');
  const additionalData = Buffer.concat([Buffer.from('docket-quarantine/2\0'), header, coordinates, topic]);
  const plain = Buffer.concat([Buffer.from('0000000d', 'hex'), content.key, content.value]);
  const imported = await crypto.subtle.importKey('raw', Buffer.from(HEX, 'hex'), 'AES-GCM', false, [
    'encrypt',
  ]);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData }, imported, plain);
  assert.deepEqual(sealBox(key, 'acme', at, content, nonce), Buffer.concat([header, Buffer.from(sealed)]));
});

test('a box opens nowhere else, and not when a bit of it was changed', () => {
  const box = sealBox(key, 'acme', at, content, nonce);
  for (const elsewhere of [
    { ...at, offset: 8 },
    { ...at, partition: 2 },
    { ...at, topic: 'docket.labels.v1' },
  ]) {
    assert.equal(openBox(key.boxKey, elsewhere, box).ok, false);
  }
  for (let index = 0; index < box.length; index++) {
    const altered = Buffer.from(box);
    altered[index] = (altered[index] ?? 0) ^ 1;
    assert.equal(openBox(key.boxKey, at, altered).ok, false, `byte ${index}`);
  }
  for (let length = 0; length < box.length; length++)
    assert.equal(openBox(key.boxKey, at, box.subarray(0, length)).ok, false, `${length} bytes`);
});

test('a box names its key and whose it is, and opens with no other', () => {
  const box = sealBox(key, 'acme', at, content, nonce);
  assert.deepEqual(payloadKeyOf(box), { tenant: 'acme', keyId: key.keyId });
  assert.deepEqual(payloadKeyOf(sealBox(key, '', at, content, nonce))?.tenant, '');
  assert.equal(openBox(Buffer.alloc(32), at, box).ok, false);
  assert.equal(payloadKeyOf(Buffer.from([1, 2, 3])), null);
});

test('two sealings of one record have nothing in common but their key', () => {
  const again = sealBox(key, 'acme', at, content, Buffer.alloc(12, 8));
  assert.notDeepEqual(again.subarray(22, 80), sealBox(key, 'acme', at, content, nonce).subarray(22, 80));
});
