import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { appendLeaf, type CompactRange, EMPTY_RANGE, nodeHash, rangeRoot } from './compact-range.ts';

const RFC_6962_LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const RFC_6962_ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

function rfcLeaf(hex: string): Buffer {
  return createHash('sha256')
    .update(Buffer.from([0]))
    .update(Buffer.from(hex, 'hex'))
    .digest();
}

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
