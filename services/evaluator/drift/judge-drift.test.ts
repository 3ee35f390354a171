import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeDrift, type PolicyMix } from './judge-drift.ts';

/** 100 of 500 denied in the reference; `denied` of 200 now. */
const changed = (denied: number, policy = 'p'): PolicyMix => ({
  tenant: 'acme',
  policy,
  reference: new Map([
    ['ALLOW', 400],
    ['DENY', 100],
  ]),
  current: new Map([
    ['ALLOW', 200 - denied],
    ['DENY', denied],
  ]),
});

test('drift is significant and large', () => {
  for (const [denied, verdict, why] of [
    [40, 'ok', 'the same share'],
    [67, 'ok', 'p .00015, but PSI .095'],
    [68, 'drift', 'p .00009 and PSI .101'],
    [150, 'drift', 'no doubt'],
  ] as const) {
    const [result] = judgeDrift(0, [changed(denied)]);
    assert.equal(result?.verdict, verdict, why);
  }
});

test('what is drift alone may be chance among many policies', () => {
  const others = (n: number) => Array.from({ length: n }, (_, index) => changed(40, `other-${index}`));
  // p = 8.93e-5; q = p · policies: .0089 among 100, .0134 among 150.
  assert.equal(judgeDrift(0, [changed(68), ...others(99)])[0]?.verdict, 'drift');
  assert.equal(judgeDrift(0, [changed(68), ...others(149)])[0]?.verdict, 'ok');
});

test('the numbers are those of the two-sample test', () => {
  const [result] = judgeDrift(0, [changed(68)]);
  // [[400, 100], [132, 68]]: expected 380, 120, 152, 48.
  const chiSquared = 20 ** 2 * (1 / 380 + 1 / 120 + 1 / 152 + 1 / 48);
  assert.ok(Math.abs((result?.numbers?.chiSquared ?? 0) - chiSquared) < 1e-9);
  assert.equal(result?.numbers?.degreesOfFreedom, 1);
});

test('199 decisions are too few, 200 are enough', () => {
  const enough = changed(40);
  const few = { ...enough, current: new Map([['ALLOW', 199]]) };
  assert.deepEqual(
    judgeDrift(0, [few, enough]).map(({ verdict, numbers }) => [verdict, numbers === null]),
    [
      ['insufficient_data', true],
      ['ok', false],
    ],
  );
});

test('a policy without a reference has too little data', () => {
  assert.equal(judgeDrift(0, [{ ...changed(40), reference: new Map() }])[0]?.verdict, 'insufficient_data');
});
