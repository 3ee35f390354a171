import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { identityWords } from '../contract/event-identity.ts';
import { DUPLICATE_WINDOW_OFFSETS, NOT_SEEN, SeenEvents } from './seen-events.ts';

function wordsOf(name: string): Uint32Array {
  return identityWords(createHash('sha256').update(name).digest('hex').slice(0, 32));
}

test('an event is judged against lower offsets only, and forgotten after a million', () => {
  const seen = new SeenEvents();
  const a = wordsOf('a');
  seen.add(a, 0, 10);
  assert.equal(seen.find(a, 0, 4), NOT_SEEN);
  assert.equal(seen.find(a, 0, 11), 10);
  assert.equal(seen.find(a, 0, 10 + DUPLICATE_WINDOW_OFFSETS), 10);
  assert.equal(seen.find(a, 0, 11 + DUPLICATE_WINDOW_OFFSETS), NOT_SEEN);
  seen.add(wordsOf('b'), 0, 11 + DUPLICATE_WINDOW_OFFSETS);
  assert.equal(seen.size, 1);
});

test('it answers as a plain map of offsets would', () => {
  const steps = fc.array(
    fc.record({ id: fc.nat(40), gap: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constant(300_000)) }),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(steps, (taken) => {
      const seen = new SeenEvents();
      const plain = new Map<number, number>();
      let offset = 0;
      for (const { id, gap } of taken) {
        offset += gap;
        const earlier = plain.get(id);
        const expected =
          earlier !== undefined && offset - earlier <= DUPLICATE_WINDOW_OFFSETS ? earlier : NOT_SEEN;
        const words = wordsOf(String(id));
        assert.equal(seen.find(words, 0, offset), expected);
        if (expected !== NOT_SEEN) continue;
        plain.set(id, offset);
        seen.add(words, 0, offset);
      }
    }),
  );
});

test('identities that differ in their last bit alone, and probe for one slot, are told apart', () => {
  const seen = new SeenEvents();
  const words = (last: number) => Uint32Array.of(7, 0, 0, last);
  for (let last = 0; last < 3_000; last++) seen.add(words(last), 0, last);
  for (let last = 0; last < 3_000; last++) assert.equal(seen.find(words(last), 0, 5_000), last);
  assert.equal(seen.find(words(3_000), 0, 5_000), NOT_SEEN);
  // Half of them leave; the others are still found where they probed to.
  seen.add(Uint32Array.of(8, 0, 0, 0), 0, 1_500 + DUPLICATE_WINDOW_OFFSETS);
  assert.equal(seen.size, 1_501);
  const later = 1_500 + DUPLICATE_WINDOW_OFFSETS;
  for (let last = 1_500; last < 3_000; last++) assert.equal(seen.find(words(last), 0, later), last);
  for (let last = 0; last < 1_500; last++) assert.equal(seen.find(words(last), 0, later), NOT_SEEN);
});

test('a window of a million events stays within its memory', () => {
  const seen = new SeenEvents();
  const words = Uint32Array.of(0, 1, 2, 3);
  for (let offset = 0; offset < 1.2 * DUPLICATE_WINDOW_OFFSETS; offset++) {
    words[0] = Math.imul(offset, 0x9e3779b1);
    words[3] = offset;
    seen.add(words, 0, offset);
  }
  assert.equal(seen.size, DUPLICATE_WINDOW_OFFSETS + 1);
  assert.equal(seen.capacity, 2 ** 20);
});
