import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createLeavesDigest, type PrunedLeaf } from './digest-leaves.ts';

const leaf = (offset: number, changes: Partial<PrunedLeaf> = {}): PrunedLeaf => ({
  ...{ topic: 'docket.labels.v1', partition: 2, offset, leaf: Buffer.alloc(32, offset) },
  ...changes,
});

function digestOf(...leaves: readonly PrunedLeaf[]): string {
  const digest = createLeavesDigest();
  for (const each of leaves) digest.add(each);
  return digest.hex();
}

test('the digest is over topic, zero, partition, offset and leaf, one after another', () => {
  const bytes = Buffer.concat([
    Buffer.from('docket.labels.v1\0'),
    Buffer.from('00000002', 'hex'),
    Buffer.from('0000000000000007', 'hex'),
    Buffer.alloc(32, 7),
  ]);
  assert.equal(digestOf(leaf(7)), createHash('sha256').update(bytes).digest('hex'));
});

test('whatever is added, left out, moved or changed shows', () => {
  const digest = digestOf(leaf(1), leaf(2));
  for (const [what, other] of [
    ['one more', digestOf(leaf(1), leaf(2), leaf(3))],
    ['one fewer', digestOf(leaf(1))],
    ['another order', digestOf(leaf(2), leaf(1))],
    ['another offset', digestOf(leaf(1), leaf(3, { leaf: Buffer.alloc(32, 2) }))],
    ['another partition', digestOf(leaf(1), leaf(2, { partition: 3 }))],
    ['another topic', digestOf(leaf(1), leaf(2, { topic: 'docket.tallies.v1' }))],
    ['another leaf', digestOf(leaf(1), leaf(2, { leaf: Buffer.alloc(32) }))],
  ])
    assert.notEqual(other, digest, what);
});
