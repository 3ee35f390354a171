import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Slo } from '../../../domain/slo/definition.ts';
import { countBoundsOf, mostSeries, refuseTooMany } from './count-bounds.ts';
import type { CountRow } from './fold-tail.ts';
import { listCounts } from './list-counts.ts';
import { readCostBudgets } from './read-cost-budgets.ts';

const BOUNDS = { maxServices: 3, maxPolicies: 2, maxVersions: 2, maxRules: 2, maxRegions: 2 };
const DEFAULTS = { maxServices: 200, maxPolicies: 500, maxVersions: 5, maxRules: 20, maxRegions: 10 };

test('the bounds that are set unless somebody sets others allow less than the most series', () => {
  assert.equal(refuseTooMany(DEFAULTS, [], 1_000_000), null);
});

test('bounds that together allow too many series are refused, with what to change', () => {
  const refusal = refuseTooMany({ ...DEFAULTS, maxRules: 10_000 }, [], 1_000_000);
  assert.match(refusal ?? '', /counts 2\d{7} more: 2\d{7}, allowed are 1000000\. Raise it, drop SLOs/);
  for (const setting of [
    'SERVICES \\(200\\)',
    'POLICIES \\(500\\)',
    'RULES \\(10000\\)',
    'REGIONS \\(10\\)',
  ]) {
    assert.match(refusal ?? '', new RegExp(`DOCKET_MAX_${setting}`));
  }
});

test('an SLO over all services costs a series for each of them, one of a service a single one', () => {
  const slo = (tenant: string, service: string) => ({ tenant, service }) as Slo;
  const none = mostSeries(BOUNDS, []);
  // 9 windows of 6 gauges, and 4 beside them; the objective is another one.
  assert.equal(mostSeries(BOUNDS, [slo('acme', 'shop')]) - none, 59);
  assert.equal(mostSeries(BOUNDS, [slo('*', '*')]) - none, 3 * 58 + 1);
  const slices = { ...slo('acme', 'shop'), budgeting: 'timeslices' } as Slo;
  assert.equal(mostSeries(BOUNDS, [slices]) - none, 68);
});

test('very many SLOs cost less each, as what is 0 is not shown', () => {
  const cost = (count: number) => {
    const slos = Array.from({ length: count }, () => ({ tenant: '*', service: '*' }) as Slo);
    return (mostSeries(BOUNDS, slos) - mostSeries(BOUNDS, [])) / count;
  };
  assert.equal(cost(99), 3 * 58 + 1);
  // 9 windows of 3 gauges, 2 of 3 others, and 4 beside them.
  assert.equal(cost(100), 3 * 37 + 1);
});

test('two thousand SLOs of twenty services are refused with what they make, and allowed once that is', () => {
  const slos = Array.from({ length: 2000 }, () => ({ tenant: '*', service: '*' }) as Slo);
  const bounds = { ...DEFAULTS, maxServices: 20 };
  const refusal = refuseTooMany(bounds, slos, 1_000_000);
  assert.match(
    refusal ?? '',
    /^DOCKET_MAX_SERIES: 2000 SLOs × 20 services make 1482000 series, and counts \d+ more: \d+, allowed are 1000000\. Raise/,
  );
  assert.equal(refuseTooMany(bounds, slos, mostSeries(bounds, slos)), null);
});

test('a store full of strange names comes to no more series of counts than the bounds allow', () => {
  const rows = ['docket_rule_hits', 'docket_policy_decisions', 'docket_version_judged'].flatMap((metric) =>
    Array.from(
      { length: 40 },
      (_, index): CountRow => ({
        metric,
        tenant: `tenant-${index % 3}`,
        service: '',
        policy: `policy-${index % 7}`,
        detail: `name-${index}`,
        amounts: [1, 1, index, index],
      }),
    ),
  );
  const services = [0, 1, 2].map((index) => ({ tenant: `tenant-${index}`, service: 'shop' }));
  const samples = listCounts(rows, services, countBoundsOf(BOUNDS));
  assert.ok(samples.length <= mostSeries(BOUNDS, []), String(samples.length));
  const ofOthers = samples.filter(
    ({ labels }) => labels.rule === '__other__' || labels.policy === '__other__',
  );
  assert.ok(ofOthers.length > 0);
  const hits = samples.filter(({ gauge, labels }) => gauge === 'docket_rule_hits' && labels.window === '1d');
  assert.equal(
    hits.reduce((sum, { value }) => sum + value, 0),
    (39 * 40) / 2,
  );
});

test('budgets are read by tenant, and every problem of their file is told', () => {
  const budget = (tenant: string, micros: number) => ({ tenant, micros_per_30_days: micros });
  assert.deepEqual(readCostBudgets({ budgets: [budget('acme', 5)] }), new Map([['acme', 5]]));
  assert.deepEqual(readCostBudgets({ budgets: [budget('', 5), budget('globex', 0)] }), {
    problems: [
      'budgets.0.tenant: must name a tenant',
      'budgets.1.micros_per_30_days: must be above 0: nothing divides by 0',
    ],
  });
  assert.deepEqual(readCostBudgets({ budgets: [budget('acme', 5), budget('acme', 6)] }), {
    problems: ['budgets.1.tenant: stands twice'],
  });
});
