import assert from 'node:assert/strict';
import { createSecretKey, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { fitsSafeGrammar } from '../contract/safe-grammar.ts';
import { areBehind, highestBarriers, mayMint } from './barriers.ts';
import { indexSubject, openIndex, sealIndex } from './index-subject.ts';
import { normaliseSubject } from './normalise-subject.ts';
import { MINT_BYTES, mintKey, unwrapKey } from './wrap-key.ts';

const indexKey = createSecretKey(Buffer.alloc(32, 7));
const otherKey = createSecretKey(Buffer.alloc(32, 8));

for (const [given, expected] of [
  ['jane', 'jane'],
  [' jane\u00a0\n', 'jane'],
  ['jose\u0301', 'jos\u00e9'],
  ['Jane', 'Jane'],
  ['', null],
  ['  ', null],
  ['\ud800', null],
  ['x'.repeat(1025), null],
] as const) {
  test(`subject ${JSON.stringify(given.slice(0, 20))} is kept as ${JSON.stringify(expected)}`, () => {
    assert.equal(normaliseSubject(given), expected);
  });
}

test('one index for each tenant and subject, and none for what merely reads alike', () => {
  const places = [
    ['acme', 'jane'],
    ['acme', 'Jane'],
    ['globex', 'jane'],
    ['acm', 'ejane'],
    ['', 'acme\0jane'],
  ] as const;
  const indexes = places.map(([tenant, subject]) => indexSubject(indexKey, tenant, subject).toString('hex'));
  assert.equal(new Set(indexes).size, places.length);
  assert.notEqual(
    indexSubject(otherKey, 'acme', 'jane').toString('hex'),
    indexes[0],
    'the index key decides',
  );
});

test('a sealed index may stand in a statement, opens for its erasure only, and no two look alike', () => {
  const index = indexSubject(indexKey, 'acme', 'jane');
  const id = randomBytes(16);
  for (let count = 0; count < 200; count++) {
    const sealed = sealIndex(indexKey, id, index, randomBytes(12));
    assert.ok(fitsSafeGrammar(sealed));
    assert.deepEqual(openIndex(indexKey, id, sealed), index);
    assert.equal(openIndex(indexKey, randomBytes(16), sealed), null);
    assert.equal(openIndex(otherKey, id, sealed), null);
    assert.notEqual(sealed, sealIndex(indexKey, id, index, randomBytes(12)));
  }
  for (const wrong of ['', 'zz', '00'.repeat(60)]) assert.equal(openIndex(indexKey, id, wrong), null);
});

test('a wrapped key opens under its KEK, version, scope and id, and under no other', () => {
  const kek = { scope: 'subjects:acme', version: 3, key: createSecretKey(randomBytes(32)) };
  const { key, wrapped } = mintKey(kek, randomBytes(MINT_BYTES));
  assert.deepEqual(unwrapKey(kek, key.keyId, wrapped), key);
  assert.equal(unwrapKey({ ...kek, version: 4 }, key.keyId, wrapped), null);
  assert.equal(unwrapKey({ ...kek, scope: 'subjects:globex' }, key.keyId, wrapped), null);
  assert.equal(unwrapKey({ ...kek, key: createSecretKey(randomBytes(32)) }, key.keyId, wrapped), null);
  assert.equal(unwrapKey(kek, randomBytes(16), wrapped), null);
  assert.equal(unwrapKey(kek, key.keyId, wrapped.subarray(1)), null);
  wrapped[20] = (wrapped[20] ?? 0) ^ 1;
  assert.equal(unwrapKey(kek, key.keyId, wrapped), null);
});

const arbitraryBarrier = fc.record(
  {
    topic: fc.constantFrom('a', 'b'),
    partition: fc.integer({ min: 0, max: 2 }),
    offset: fc.nat(100),
  },
  { noNullPrototype: true },
);

test('below a barrier nothing is minted; at it, and where there is none, it is', () => {
  const barriers = [{ topic: 'a', partition: 0, offset: 10 }];
  assert.equal(mayMint(barriers, { topic: 'a', partition: 0, offset: 9 }), false);
  assert.equal(mayMint(barriers, { topic: 'a', partition: 0, offset: 10 }), true);
  assert.equal(mayMint(barriers, { topic: 'a', partition: 1, offset: 0 }), true);
  assert.equal(mayMint(barriers, { topic: 'b', partition: 0, offset: 0 }), true);
  assert.equal(mayMint([], { topic: 'a', partition: 0, offset: 0 }), true);
});

test('the highest barriers refuse exactly what one of them refuses, whatever the order', () => {
  const list = fc.array(arbitraryBarrier, { maxLength: 8 });
  fc.assert(
    fc.property(list, list, arbitraryBarrier, (one, other, at) => {
      const merged = highestBarriers(one, other);
      assert.deepEqual(merged, highestBarriers(other, one));
      assert.deepEqual(merged, highestBarriers(merged, merged));
      assert.equal(mayMint(merged, at), mayMint(one, at) && mayMint(other, at));
      assert.ok(areBehind(one, merged) && areBehind(other, merged));
    }),
  );
});

test('a log that nobody can see is not behind a barrier', () => {
  assert.equal(areBehind([{ topic: 'a', partition: 0, offset: 0 }], []), false);
  assert.equal(
    areBehind([{ topic: 'a', partition: 0, offset: 5 }], [{ topic: 'a', partition: 0, offset: 4 }]),
    false,
  );
});
