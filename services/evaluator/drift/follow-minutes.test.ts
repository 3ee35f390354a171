import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { followMinutes } from './follow-minutes.ts';
import type { DriftReference, OutcomeCount } from './judge-drift.ts';

const MINUTE = 60_000;
const HOUR = { fromMs: 0, toMs: 60 * MINUTE };

const count = (minute: number, outcome: string, decisions: number, policy = 'p'): OutcomeCount => ({
  minuteMs: minute * MINUTE,
  tenant: 'acme',
  policy,
  outcome,
  decisions,
});

test('a reference is frozen by the minute with which 500 decisions are reached, and judges later ones', () => {
  const counts = [count(0, 'ALLOW', 499), count(2, 'DENY', 1), count(3, 'ALLOW', 300)];
  const { references, results } = followMinutes({ fromMs: 0, toMs: 4 * MINUTE }, MINUTE, [], counts);
  assert.deepEqual(references, [
    {
      tenant: 'acme',
      policy: 'p',
      outcomes: ['ALLOW', 'DENY'],
      counts: [499, 1],
      fromMinuteMs: 0,
      toMinuteMs: 2 * MINUTE,
    },
  ]);
  assert.deepEqual(
    results.map(({ nReference, nCurrent }) => [nReference, nCurrent]),
    [
      [0, 499],
      [0, 499],
      [0, 500],
      // What the reference is made of is not compared with it.
      [500, 300],
    ],
  );
});

test('decisions of more than a day ago do not add up to a reference', () => {
  const range = { fromMs: 1440 * MINUTE, toMs: 1441 * MINUTE };
  const counts = [count(0, 'ALLOW', 400), count(1440, 'ALLOW', 499)];
  assert.deepEqual(followMinutes(range, MINUTE, [], counts).references, []);
});

test('a silent policy that has a reference is reported as having too little data', () => {
  const reference: DriftReference = {
    tenant: 'acme',
    policy: 'p',
    outcomes: ['ALLOW'],
    counts: [500],
    fromMinuteMs: -2 * MINUTE,
    toMinuteMs: -MINUTE,
  };
  const { results } = followMinutes({ fromMs: 0, toMs: MINUTE }, MINUTE, [reference], []);
  assert.deepEqual(
    results.map(({ verdict, numbers, nCurrent }) => [verdict, numbers, nCurrent]),
    [['insufficient_data', null, 0]],
  );
});

test('minutes closed in any batches give the references and results of minutes closed at once', () => {
  const someCount = fc
    .tuple(fc.nat(59), fc.constantFrom('ALLOW', 'DENY', 'WARN'), fc.nat(200), fc.constantFrom('p', 'q'))
    .map(([minute, outcome, decisions, policy]) => count(minute, outcome, decisions, policy));
  fc.assert(
    fc.property(
      fc.array(someCount, { maxLength: 60 }),
      fc.array(fc.integer({ min: 1, max: 20 })),
      (all, cuts) => {
        const once = followMinutes(HOUR, MINUTE, [], all);
        const references: DriftReference[] = [];
        const results = [];
        for (let fromMs = 0, step = 0; fromMs < HOUR.toMs; step++) {
          const toMs = Math.min(HOUR.toMs, fromMs + (cuts[step] ?? 7) * MINUTE);
          const seen = all.filter(({ minuteMs }) => minuteMs < toMs);
          const part = followMinutes({ fromMs, toMs }, MINUTE, references, seen);
          references.push(...part.references);
          results.push(...part.results);
          fromMs = toMs;
        }
        const byKey = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
        assert.deepEqual([...references].sort(byKey), [...once.references].sort(byKey));
        assert.deepEqual([...results].sort(byKey), [...once.results].sort(byKey));
        // An evaluator that is behind finds the references of the one ahead, and still says the same.
        const behind = followMinutes(HOUR, MINUTE, once.references, all);
        assert.deepEqual([...behind.results].sort(byKey), [...once.results].sort(byKey));
      },
    ),
    { numRuns: 50 },
  );
});
