import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ReplayedOrigins } from './replayed-origins.ts';
import { DUPLICATE_WINDOW_OFFSETS } from './seen-events.ts';

test('an origin counts for higher offsets only, and is forgotten after a million', () => {
  const origins = new ReplayedOrigins();
  origins.add(5, 10);
  assert.equal(origins.has(5, 10), false, 'the replay itself');
  assert.equal(origins.has(5, 9), false, 'a record before it');
  assert.equal(origins.has(6, 11), false, 'another origin');
  assert.equal(origins.has(5, 11), true);
  assert.equal(origins.has(5, 10 + DUPLICATE_WINDOW_OFFSETS), true);
  assert.equal(origins.has(5, 11 + DUPLICATE_WINDOW_OFFSETS), false);
  origins.add(7, 11 + DUPLICATE_WINDOW_OFFSETS);
  assert.equal(origins.size, 1);
});

test('it judges as a list of all replays does, however far apart they are', () => {
  const step = fc.record({ origin: fc.nat(3), skip: fc.constantFrom(1, 2, DUPLICATE_WINDOW_OFFSETS / 2) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const origins = new ReplayedOrigins();
      const taken: [number, number][] = [];
      let offset = 10;
      for (const { origin, skip } of steps) {
        offset += skip;
        const at = offset;
        const wanted = taken.some(([o, c]) => o === origin && at - c <= DUPLICATE_WINDOW_OFFSETS);
        assert.equal(origins.has(origin, at), wanted);
        if (wanted) continue;
        origins.add(origin, at);
        taken.push([origin, at]);
      }
      assert.ok(origins.size <= 4);
    }),
  );
});
