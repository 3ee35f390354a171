import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countBoundsOf } from './count-bounds.ts';
import { type CountRow, foldTail, OTHER } from './fold-tail.ts';

const bounds = (maxPolicies: number, maxRules: number) =>
  countBoundsOf({ maxServices: 10, maxPolicies, maxVersions: 1, maxRules, maxRegions: 1 });

const hits = (policy: string, rule: string, ...amounts: number[]): CountRow => ({
  metric: 'docket_rule_hits',
  tenant: 'acme',
  service: '',
  policy,
  detail: rule,
  amounts,
});

test('the rules with most hits over the longest window stay, the others are added up', () => {
  const rows = [hits('p', 'a', 5, 6), hits('p', 'b', 0, 9), hits('p', 'c', 1, 1), hits('p', 'd', 2, 6)];
  assert.deepEqual(foldTail(rows, 'rule', bounds(9, 2)), [
    // a and d are equal over the longest window: by name.
    hits('p', 'a', 5, 6),
    hits('p', 'b', 0, 9),
    hits('p', OTHER, 3, 7),
  ]);
});

test('policies beyond the bound are one, with as many rules as any', () => {
  const rows = [hits('p', 'a', 9), hits('q', 'b', 3), hits('r', 'c', 2), hits('r', 'b', 2)];
  assert.deepEqual(foldTail(rows, 'rule', bounds(1, 1)), [
    hits('p', 'a', 9),
    hits(OTHER, 'b', 5),
    hits(OTHER, OTHER, 2),
  ]);
});

test('counts of one scope keep the same versions, so that one can be divided by the other', () => {
  const row = (metric: string, version: string, amount: number) => ({
    ...hits('p', version, amount),
    metric,
  });
  const rows = [row('decisions', 'old', 100), row('decisions', 'new', 10), row('denied', 'new', 8)];
  const kept = foldTail(rows, 'version', bounds(9, 1));
  assert.deepEqual(
    kept.map(({ metric, detail }) => [metric, detail]),
    [
      ['decisions', 'old'],
      ['decisions', OTHER],
      ['denied', OTHER],
    ],
  );
});

test('whatever the bounds: sums stay, places are bounded, and the order of rows does not matter', () => {
  const someRow = fc
    .tuple(fc.constantFrom('p', 'q', 'r'), fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(9), fc.nat(9))
    .map(([policy, rule, short, long]) => hits(policy, rule, short, long));
  const distinct = fc.uniqueArray(someRow, { selector: ({ policy, detail }) => policy + detail });
  const sums = (rows: readonly CountRow[]) =>
    [0, 1].map((window) => rows.reduce((sum, { amounts }) => sum + (amounts[window] ?? 0), 0));
  fc.assert(
    fc.property(
      distinct,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      (rows, policies, rules) => {
        const folded = foldTail(rows, 'rule', bounds(policies, rules));
        assert.deepEqual(sums(folded), sums(rows));
        assert.ok(new Set(folded.map(({ policy }) => policy)).size <= policies + 1);
        for (const group of Map.groupBy(folded, ({ policy }) => policy).values()) {
          assert.ok(group.length <= rules + 1);
        }
        const byKey = (a: CountRow, b: CountRow) => (a.policy + a.detail < b.policy + b.detail ? -1 : 1);
        const reversed = foldTail([...rows].reverse(), 'rule', bounds(policies, rules));
        assert.deepEqual(reversed.sort(byKey), folded.sort(byKey));
      },
    ),
  );
});
