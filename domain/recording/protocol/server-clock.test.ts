import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ServerClock } from './server-clock.ts';

test('what it says the server’s clock had reached, it had, wherever in a question’s time the clock was read', () => {
  const sample = fc.record({ gap: fc.nat(5_000), before: fc.nat(500), after: fc.nat(500) });
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1 }), fc.nat(10_000), (samples, offset) => {
      const clock = new ServerClock();
      const serverAt = (ourMs: number) => ourMs + offset;
      let nowMs = 0;
      for (const { gap, before, after } of samples) {
        const sentAtMs = nowMs + gap;
        const readAtMs = sentAtMs + before;
        nowMs = readAtMs + after;
        clock.add({ sentAtMs, answeredAtMs: nowMs, serverMs: serverAt(readAtMs) });
        for (const askedMs of [0, sentAtMs, readAtMs, nowMs, nowMs + 1_000]) {
          assert.ok((clock.atLeast(askedMs) ?? 0) <= serverAt(askedMs));
        }
      }
    }),
  );
});

test('a reading that came after says nothing: our clock may have stood still between', () => {
  const clock = new ServerClock();
  clock.add({ sentAtMs: 1_000, answeredAtMs: 1_010, serverMs: 50_000 });
  assert.deepEqual(
    [clock.atLeast(1_009), clock.atLeast(1_010), clock.atLeast(1_500)],
    [null, 50_000, 50_490],
  );
});

test('a reading of long ago says nothing any more', () => {
  const clock = new ServerClock();
  clock.add({ sentAtMs: 0, answeredAtMs: 0, serverMs: 0 });
  assert.equal(clock.atLeast(300_001), null);
});
