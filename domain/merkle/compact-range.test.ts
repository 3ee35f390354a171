import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { RFC_6962_LEAVES, RFC_6962_ROOTS, rfcLeaf } from '../../test/support/rfc-6962-answers.ts';
import { appendLeaf, type CompactRange, EMPTY_RANGE, nodeHash, rangeRoot } from './compact-range.ts';

/** The tree head straight from the definition of RFC 6962: split at the largest power of two below n. */
function rootByDefinition(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return createHash('sha256').digest();
  if (leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(rootByDefinition(leaves.slice(0, split)), rootByDefinition(leaves.slice(split)));
}

test('roots equal the known answers of RFC 6962 at every size from 0 to 8', () => {
  let range: CompactRange = EMPTY_RANGE;
  const roots = [rangeRoot(range).toString('hex')];
  for (const leaf of RFC_6962_LEAVES) {
    range = appendLeaf(range, rfcLeaf(leaf));
    roots.push(rangeRoot(range).toString('hex'));
  }
  assert.deepEqual(roots, RFC_6962_ROOTS);
});

test('appending one by one gives the root that the definition gives', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 70 }), (raw) => {
      const leaves = raw.map((bytes) => Buffer.from(bytes));
      const range = leaves.reduce(appendLeaf, EMPTY_RANGE);
      assert.equal(range.size, leaves.length);
      assert.deepEqual(rangeRoot(range), rootByDefinition(leaves));
    }),
  );
});
