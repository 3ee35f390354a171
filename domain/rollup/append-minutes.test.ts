import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bucketMsOf, closableRange, minuteStart, minutesOf } from './append-minutes.ts';

test('a minute shrinks with the timescale', () => {
  assert.equal(bucketMsOf(1), 60_000);
  assert.equal(bucketMsOf(12), 5000);
  assert.equal(bucketMsOf(60), 1000);
});

test('a timescale that gives no whole milliseconds is refused', () => {
  for (const timescale of [0, -1, 0.5, 7, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => bucketMsOf(timescale), RangeError, String(timescale));
  }
});

test('only minutes that end at or before the watermark are closed', () => {
  for (const [watermarkMs, expected] of [
    [59_999, null],
    [60_000, { fromMs: 0, toMs: 60_000 }],
    [119_999, { fromMs: 0, toMs: 60_000 }],
    [180_000, { fromMs: 0, toMs: 180_000 }],
    [900_000, { fromMs: 0, toMs: 240_000 }],
  ] as const) {
    assert.deepEqual(closableRange(0, watermarkMs, 60_000, 4), expected, String(watermarkMs));
  }
});

test('closing in batches closes each minute once, in order, whatever the batch size', () => {
  fc.assert(
    fc.property(
      fc.nat(5_000_000),
      fc.nat(5_000_000),
      fc.integer({ min: 1, max: 50 }),
      (start, ahead, max) => {
        const bucketMs = 5000;
        const firstMs = minuteStart(start, bucketMs);
        const watermarkMs = start + ahead;
        const closed: number[] = [];
        for (let nextMs = firstMs; ; ) {
          const range = closableRange(nextMs, watermarkMs, bucketMs, max);
          if (range === null) break;
          closed.push(...minutesOf(range, bucketMs));
          nextMs = range.toMs;
        }
        const all = minutesOf({ fromMs: firstMs, toMs: minuteStart(watermarkMs, bucketMs) }, bucketMs);
        assert.deepEqual(closed, all);
      },
    ),
  );
});
