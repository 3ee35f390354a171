import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import {
  ERASABLE_NONCE_BYTES,
  KEY_ID_BYTES,
  keyIdsOfBox,
  MAX_BOX_SUBJECTS,
  openErasable,
  type SubjectKey,
  sealErasable,
  subjectToken,
  TOKEN_BYTES,
} from './erasable-box.ts';

const PLACE = { tenantId: 'acme', topic: 'docket.decisions.v1', partition: 3, offset: 42 };
const SECRET = Buffer.from('what only its subjects may lose');

function makeKey(): SubjectKey {
  return { keyId: randomBytes(KEY_ID_BYTES), boxKey: randomBytes(32), tokenKey: randomBytes(32) };
}

function seal(keys: readonly SubjectKey[], isMasked = false): Buffer {
  return sealErasable(keys, PLACE, SECRET, randomBytes(ERASABLE_NONCE_BYTES), isMasked);
}

function ring(keys: readonly SubjectKey[]): Map<string, Buffer> {
  return new Map(keys.map(({ keyId, boxKey }) => [keyId.toString('hex'), boxKey]));
}

test('a box opens with the keys of all its subjects, in whatever order they were given', () => {
  const keys = [makeKey(), makeKey(), makeKey()];
  for (const order of [keys, keys.toReversed(), [...keys, ...keys]]) {
    const opened = openErasable(ring(keys), PLACE, seal(order));
    assert.deepEqual(opened, { ok: true, erasable: SECRET, isMasked: false });
  }
});

test('without the key of any one subject a box does not open, nor with another key in its place', () => {
  const keys = [makeKey(), makeKey(), makeKey()];
  const box = seal(keys);
  for (const lost of keys) {
    const left = keys.filter((key) => key !== lost);
    assert.equal(openErasable(ring(left), PLACE, box).ok, false);
    assert.equal(openErasable(ring([...left, { ...makeKey(), keyId: lost.keyId }]), PLACE, box).ok, false);
  }
});

test('a box opens for no other tenant, topic, partition or offset', () => {
  const key = makeKey();
  const box = seal([key]);
  for (const other of [
    { tenantId: 'globex' },
    { topic: 'docket.labels.v1' },
    { partition: 2 },
    { offset: 43 },
  ])
    assert.equal(openErasable(ring([key]), { ...PLACE, ...other }, box).ok, false);
});

test('a box that was altered in any byte does not open, and never throws', () => {
  const key = makeKey();
  const box = seal([key]);
  for (let at = 0; at < box.length; at++) {
    const altered = Buffer.from(box);
    altered[at] = (altered[at] ?? 0) ^ 1;
    assert.equal(openErasable(ring([key]), PLACE, altered).ok, false, `byte ${at}`);
    assert.equal(openErasable(ring([key]), PLACE, box.subarray(0, at)).ok, false, `cut at ${at}`);
  }
});

test('a box tells which keys it needs, ascending, each once, and whether it was masked', () => {
  const keys = [makeKey(), makeKey()];
  const ids = keys.map(({ keyId }) => keyId).sort(Buffer.compare);
  const box = seal([...keys, ...keys], true);
  assert.deepEqual(keyIdsOfBox(box), ids);
  assert.deepEqual(openErasable(ring(keys), PLACE, box), { ok: true, erasable: SECRET, isMasked: true });
  assert.equal(keyIdsOfBox(Buffer.from('x')), null);
});

test('a box has at least one key and at most as many as it can name', () => {
  const many = Array.from({ length: MAX_BOX_SUBJECTS + 1 }, makeKey);
  assert.throws(() => seal([]), /1 to 255 keys/);
  assert.throws(() => seal(many), /1 to 255 keys/);
  assert.equal(openErasable(ring(many), PLACE, seal(many.slice(1))).ok, true);
  assert.throws(() => sealErasable([makeKey()], PLACE, SECRET, randomBytes(8)), /nonce/);
});

test('a token stands for a person as long as the key does, and for nobody else', () => {
  const key = makeKey();
  assert.equal(subjectToken(key).length, TOKEN_BYTES);
  assert.deepEqual(subjectToken(key), subjectToken({ tokenKey: Buffer.from(key.tokenKey) }));
  assert.notDeepEqual(subjectToken(key), subjectToken(makeKey()));
});
