import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkOutcome } from '../../domain/operations/check-outcome.ts';
import { planDecision } from './plan-decision.ts';
import { planOutcomes } from './plan-outcomes.ts';
import type { PlannedReport } from './planned-report.ts';
import { firstVersions } from './policy-versions.ts';
import { Random } from './random.ts';
import { fleetRoster } from './roster.ts';

const [member] = fleetRoster(['acme']);
assert.ok(member);
const { report: planned } = planDecision(
  1,
  member,
  0,
  { scenario: 'normal', decisionsSince: 0 },
  firstVersions(),
);

function plan(changes: Partial<PlannedReport>, times = 1_000) {
  const decision: PlannedReport = { ...planned, mode: 'ENFORCE', fallback: 'NONE', ...changes };
  return Array.from({ length: times }, (_, index) => planOutcomes(new Random(1, index), decision));
}

test('what is PENDING is tried up to three times within five minutes, and nearly always settled', () => {
  const plans = plan({ applied: 'PENDING' });
  const settled = plans.filter((outcomes) => outcomes.at(-1)?.report.final === true);
  assert.ok(settled.length > 950 && settled.length < 1_000, `${settled.length}`);
  const applied = settled.filter((outcomes) => outcomes.at(-1)?.report.applied === 'APPLIED').length;
  assert.ok(applied / settled.length > 0.98);
  for (const outcomes of plans) {
    for (const { report } of outcomes) assert.deepEqual(checkOutcome(report), []);
    assert.deepEqual(
      outcomes.map(({ report }) => report.attempt),
      outcomes.map((_, index) => index + 1),
    );
    assert.ok((outcomes.at(-1)?.delayMs ?? 0) < 300_000);
  }
  assert.ok(plans.some((outcomes) => outcomes.length === 3));
});

test('what failed is tried again; nothing is said of what is settled, in shadow, or failed closed', () => {
  assert.equal(plan({ applied: 'FAILED' })[0]?.[0]?.report.attempt, 2);
  for (const changes of [
    { applied: 'APPLIED' },
    { applied: 'NOT_APPLIED' },
    { applied: 'PENDING', mode: 'SHADOW' },
    { applied: 'PENDING', fallback: 'FAIL_CLOSED' },
  ] as const)
    assert.deepEqual(plan(changes, 20).flat(), []);
});
