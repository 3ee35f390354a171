import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RFC_6962_LEAVES, RFC_6962_ROOTS, rfcLeaf } from '../../test/support/rfc-6962-answers.ts';
import { appendLeaf, EMPTY_RANGE, rangeRoot } from './compact-range.ts';
import { buildMerkleTree, consistencyProof, inclusionProof, rootAt } from './proofs.ts';
import { verifyConsistency, verifyInclusion } from './verify-proofs.ts';

const LEAVES = RFC_6962_LEAVES.map(rfcLeaf);
const TREE = buildMerkleTree(LEAVES);
const hex = (nodes: readonly Buffer[]) => nodes.map((node) => node.toString('hex'));

/** The proofs that implementations of Certificate Transparency share as test vectors; indexes from 0. */
const N_1 = '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7';
const N_23 = '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e';
const N_4567 = '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4';
const N_4 = 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b';
const N_67 = 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0';
const N_0123 = 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7';
const N_45 = '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a';
const INCLUSION: readonly [index: number, size: number, path: string[]][] = [
  [0, 1, []],
  [0, 8, [N_1, N_23, N_4567]],
  [5, 8, [N_4, N_67, N_0123]],
  [2, 3, [RFC_6962_ROOTS[2] ?? '']],
  [1, 5, [RFC_6962_ROOTS[1] ?? '', N_23, N_4]],
];
const CONSISTENCY: readonly [oldSize: number, newSize: number, path: string[]][] = [
  [1, 1, []],
  [1, 8, [N_1, N_23, N_4567]],
  [6, 8, [N_45, N_67, N_0123]],
  [2, 5, [N_23, N_4]],
];

test('inclusion proofs equal the known answers', () => {
  for (const [index, size, path] of INCLUSION) {
    assert.deepEqual(hex(inclusionProof(TREE, index, size)), path, `leaf ${index} of ${size}`);
  }
});

test('consistency proofs equal the known answers', () => {
  for (const [oldSize, newSize, path] of CONSISTENCY) {
    assert.deepEqual(hex(consistencyProof(TREE, oldSize, newSize)), path, `${oldSize} to ${newSize}`);
  }
});

const trees = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 1, maxLength: 70 });

test('at every size the root is the one that appending gives', () => {
  fc.assert(
    fc.property(trees, (raw) => {
      const leaves = raw.map((bytes) => Buffer.from(bytes));
      const tree = buildMerkleTree(leaves);
      let range = EMPTY_RANGE;
      for (const leaf of leaves) {
        range = appendLeaf(range, leaf);
        assert.deepEqual(rootAt(tree, range.size), rangeRoot(range));
      }
    }),
    { numRuns: 30 },
  );
});

test('every proof of the tree verifies, and with one bit changed none does', () => {
  fc.assert(
    fc.property(trees, fc.nat(), fc.nat(), fc.nat(), (raw, sizeAt, indexAt, bitAt) => {
      const leaves = raw.map((bytes) => Buffer.from(bytes));
      const tree = buildMerkleTree(leaves);
      const size = 1 + (sizeAt % leaves.length);
      const index = indexAt % size;
      const included = {
        leaf: leaves[index] ?? Buffer.alloc(0),
        index,
        size,
        root: rootAt(tree, size),
        proof: inclusionProof(tree, index, size),
      };
      assert.ok(verifyInclusion(included));
      const consistent = {
        oldSize: index + 1,
        oldRoot: rootAt(tree, index + 1),
        newSize: size,
        newRoot: rootAt(tree, size),
        proof: consistencyProof(tree, index + 1, size),
      };
      assert.ok(verifyConsistency(consistent));

      const flipped = (bytes: Buffer) => {
        const copy = Buffer.from(bytes);
        copy[(bitAt >> 3) % copy.length] = (copy[(bitAt >> 3) % copy.length] ?? 0) ^ (1 << (bitAt & 7));
        return copy;
      };
      const spoiled = (proof: readonly Buffer[]) =>
        proof.map((node, at) => (at === bitAt % proof.length ? flipped(node) : node));
      assert.ok(!verifyInclusion({ ...included, leaf: flipped(included.leaf) }));
      assert.ok(!verifyInclusion({ ...included, root: flipped(included.root) }));
      assert.ok(!verifyInclusion({ ...included, proof: [...included.proof, included.leaf] }));
      assert.ok(!verifyConsistency({ ...consistent, oldRoot: flipped(consistent.oldRoot) }));
      assert.ok(!verifyConsistency({ ...consistent, newRoot: flipped(consistent.newRoot) }));
      if (included.proof.length > 0) {
        assert.ok(!verifyInclusion({ ...included, proof: spoiled(included.proof) }));
        assert.ok(!verifyInclusion({ ...included, proof: included.proof.slice(1) }));
      }
      if (consistent.proof.length > 0) {
        assert.ok(!verifyConsistency({ ...consistent, proof: spoiled(consistent.proof) }));
        assert.ok(!verifyConsistency({ ...consistent, proof: consistent.proof.slice(1) }));
      }
    }),
  );
});

test('a leaf has a proof at its own place only', () => {
  for (let index = 0; index < 8; index++) {
    const proof = inclusionProof(TREE, index, 8);
    const verified = Array.from({ length: 8 }, (_, at) => {
      return verifyInclusion({
        leaf: LEAVES[index] ?? Buffer.alloc(0),
        index: at,
        size: 8,
        root: rootAt(TREE, 8),
        proof,
      });
    });
    assert.deepEqual(
      verified,
      verified.map((_, at) => at === index),
    );
  }
});

test('what no tree has is refused: asked for as an error, claimed as false', () => {
  assert.throws(() => rootAt(TREE, 9), RangeError);
  assert.throws(() => inclusionProof(TREE, 8, 8), RangeError);
  assert.throws(() => consistencyProof(TREE, 0, 8), RangeError);
  assert.throws(() => consistencyProof(TREE, 5, 4), RangeError);
  const root = rootAt(TREE, 8);
  for (const index of [-1, 8, 0.5, Number.NaN]) {
    assert.ok(!verifyInclusion({ leaf: root, index, size: 8, root, proof: [] }));
  }
  assert.ok(!verifyConsistency({ oldSize: 0, oldRoot: root, newSize: 8, newRoot: root, proof: [] }));
  assert.ok(!verifyConsistency({ oldSize: 8, oldRoot: root, newSize: 8, newRoot: root, proof: [root] }));
});
