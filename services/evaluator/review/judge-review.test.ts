import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeReview } from './judge-review.ts';

const labelled = (policy: string, blocks: number, legitimate: number) => ({
  minuteMs: 0,
  tenant: 'acme',
  policy,
  blocks,
  legitimate,
});

test('29 labelled blocks are too few for a rate, 30 are enough', () => {
  const results = judgeReview(0, [], [labelled('few', 29, 3), labelled('enough', 30, 3)]);
  assert.equal(results.find(({ policy }) => policy === 'few')?.estimate, null);
  const rate = results.find(({ policy }) => policy === 'enough')?.estimate;
  assert.equal(rate?.rate, 0.1);
  assert.ok(rate !== null && rate !== undefined && rate.lower > 0.03 && rate.upper < 0.26);
});

test('the interval is the known Wilson interval of 4 in 200', () => {
  const [, one] = judgeReview(0, [], [labelled('p', 200, 4)]);
  assert.ok(Math.abs((one?.estimate?.lower ?? 0) - 0.0078044264) < 1e-9);
  assert.ok(Math.abs((one?.estimate?.upper ?? 0) - 0.0502870869) < 1e-9);
});

test('all policies of a tenant are summed, and a tenant without labels says so', () => {
  const results = judgeReview(0, ['globex'], [labelled('a', 20, 2), labelled('b', 20, 6)]);
  const overall = results.filter(({ policy }) => policy === '*');
  assert.deepEqual(
    overall.map(({ tenant, blocks, legitimate, estimate }) => [tenant, blocks, legitimate, estimate?.rate]),
    [
      ['globex', 0, 0, undefined],
      ['acme', 40, 8, 0.2],
    ],
  );
});
