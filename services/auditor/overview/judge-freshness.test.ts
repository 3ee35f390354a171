import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeFreshness } from './judge-freshness.ts';

const NOW = 10_000_000;
const closedUntil = (untilMs: number) => ({ untilMs, bucketMs: 60_000, fromMs: 0 });

test('a watermark of the present with minutes closed up to it is fresh', () => {
  const fresh = judgeFreshness(NOW - 2_000, closedUntil(NOW - 60_000), NOW);
  assert.deepEqual([fresh.status, fresh.blind, fresh.reason], ['good', false, '']);
});

const BLIND: readonly [string, number | null, number | null][] = [
  ['a partition was never recorded', null, NOW - 60_000],
  ['the watermark is old', NOW - 3 * 60_000, NOW - 4 * 60_000],
  ['the evaluator does not close minutes', NOW - 2_000, NOW - 10 * 60_000],
];

for (const [what, watermarkMs, untilMs] of BLIND) {
  test(`when ${what} the page is blind, in red, and says why`, () => {
    const judged = judgeFreshness(watermarkMs, untilMs === null ? null : closedUntil(untilMs), NOW);
    assert.deepEqual([judged.status, judged.blind], ['bad', true]);
    assert.notEqual(judged.reason, '');
  });
}

test('before the first minute is closed nothing is good yet', () => {
  assert.equal(judgeFreshness(NOW, null, NOW).status, 'warn');
});
