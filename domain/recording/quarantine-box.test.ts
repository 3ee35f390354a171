import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type BoxCoordinates, openBox, sealBox } from './quarantine-box.ts';
import { parseQuarantineKeys, type QuarantineKeys } from './quarantine-keys.ts';

const HEX = 'ab'.repeat(32);

function keysOf(...keys: readonly object[]): QuarantineKeys {
  const parsed = parseQuarantineKeys({ keys });
  assert.ok(!('problems' in parsed));
  return parsed;
}

const keys = keysOf({ id: 'old', key: 'cd'.repeat(32) }, { id: '2026-11', key: HEX, active: true });
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
        const box = sealBox(keys.active, coordinates, given, Buffer.from(random));
        assert.deepEqual(openBox(keys, coordinates, box), { ok: true, content: given });
      },
    ),
  );
});

test('a box has the stated form: another implementation makes the same of the same inputs', async () => {
  const header = Buffer.from('01323032362d313100090909090909090909090909', 'hex');
  const coordinates = Buffer.from('000000010000000000000007', 'hex');
  const topic = Buffer.from('docket.decisions.v1');
  const additionalData = Buffer.concat([Buffer.from('docket-quarantine/1\0'), header, coordinates, topic]);
  const plain = Buffer.concat([Buffer.from('0000000d', 'hex'), content.key, content.value]);
  const key = await crypto.subtle.importKey('raw', Buffer.from(HEX, 'hex'), 'AES-GCM', false, ['encrypt']);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData }, key, plain);
  assert.deepEqual(sealBox(keys.active, at, content, nonce), Buffer.concat([header, Buffer.from(sealed)]));
});

test('a box opens nowhere else, and not when a bit of it was changed', () => {
  const box = sealBox(keys.active, at, content, nonce);
  for (const elsewhere of [
    { ...at, offset: 8 },
    { ...at, partition: 2 },
    { ...at, topic: 'docket.labels.v1' },
  ]) {
    assert.equal(openBox(keys, elsewhere, box).ok, false);
  }
  for (let index = 0; index < box.length; index++) {
    const altered = Buffer.from(box);
    altered[index] = (altered[index] ?? 0) ^ 1;
    assert.equal(openBox(keys, at, altered).ok, false, `byte ${index}`);
  }
  for (let length = 0; length < box.length; length++)
    assert.equal(openBox(keys, at, box.subarray(0, length)).ok, false, `${length} bytes`);
});

test('a key that is no longer active opens what it sealed; one that is gone is named', () => {
  const old = keysOf({ id: 'old', key: 'cd'.repeat(32), active: true });
  const box = sealBox(old.active, at, content, nonce);
  assert.deepEqual(openBox(keys, at, box), { ok: true, content });
  const opened = openBox(keysOf({ id: 'new', key: HEX, active: true }), at, box);
  assert.deepEqual(opened, {
    ok: false,
    problem: 'there is no key "old", which the box was sealed with',
  });
});

test('two sealings of one record have nothing in common but their key', () => {
  const again = sealBox(keys.active, at, content, Buffer.alloc(12, 8));
  assert.notDeepEqual(again.subarray(21, 40), sealBox(keys.active, at, content, nonce).subarray(21, 40));
});

const WRONG: readonly [string, unknown, RegExp][] = [
  ['nothing', null, /start with a list called keys/],
  ['no keys', { keys: [] }, /one key must have active: true; 0 have/],
  [
    'two active ones',
    {
      keys: [
        { id: 'a', key: HEX, active: true },
        { id: 'b', key: HEX, active: true },
      ],
    },
    /2 have/,
  ],
  ['a short key', { keys: [{ id: 'a', key: 'ab', active: true }] }, /keys\.0\.key: give 32 bytes/],
  ['a long id', { keys: [{ id: 'a-long-name', key: HEX, active: true }] }, /keys\.0\.id: give/],
  [
    'an id that stands twice',
    {
      keys: [
        { id: 'a', key: HEX, active: true },
        { id: 'a', key: HEX },
      ],
    },
    /twice/,
  ],
  ['a misspelt setting', { keys: [{ id: 'a', key: HEX, actve: true }] }, /actve/],
];

for (const [what, value, problem] of WRONG) {
  test(`a file with ${what} is refused without quoting a key`, () => {
    const parsed = parseQuarantineKeys(value);
    assert.ok('problems' in parsed);
    assert.match(parsed.problems.join('\n'), problem);
    assert.doesNotMatch(parsed.problems.join('\n'), /abab/);
  });
}
