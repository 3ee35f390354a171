import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAdjustment } from './check-adjustment.ts';
import { checkIncident } from './check-incident.ts';
import { checkOutcome } from './check-outcome.ts';
import type { FieldProblem } from './field-problem.ts';

const fieldsOf = (problems: readonly FieldProblem[]) => problems.map(({ field }) => field);

test('an outcome that is settled is not PENDING, and attempts count from 1', () => {
  for (const [attempt, applied, final, wanted] of [
    [1, 'APPLIED', true, []],
    [2, 'FAILED', false, []],
    [1, 'PENDING', false, []],
    [1, 'PENDING', true, ['final']],
    [0, 'APPLIED', true, ['attempt']],
  ] as const)
    assert.deepEqual(fieldsOf(checkOutcome({ attempt, applied, final })), wanted);
});

test('a step of an incident says nothing that contradicts itself', () => {
  const sound = {
    ...{ step: 'OPENED' as const, category: 'overblocking', impact_started_at: 10, mitigated_at: null },
    ...{ policy: { id: 'p', version: '1' }, confidence: 0.5 },
  };
  for (const [changes, wanted] of [
    [{}, []],
    [{ confidence: null, policy: null }, []],
    [{ confidence: 1.01 }, ['confidence']],
    [{ policy: null }, ['confidence']],
    [{ step: 'MITIGATED' }, ['mitigated_at']],
    [{ step: 'MITIGATED', mitigated_at: 10 }, []],
    [{ mitigated_at: 9 }, ['mitigated_at']],
    [{ category: '' }, ['category']],
  ] as const)
    assert.deepEqual(fieldsOf(checkIncident({ ...sound, ...changes })), wanted, JSON.stringify(changes));
});

test('a reset has no end, and what has an end ends after it began', () => {
  const sound = { slo: 'coverage', service: null, from_time: 10 };
  for (const [changes, wanted] of [
    [{ kind: 'BUDGET_RESET', until_time: null }, []],
    [{ kind: 'BUDGET_RESET', until_time: 11 }, ['until_time']],
    [{ kind: 'EXCLUSION', until_time: 11 }, []],
    [{ kind: 'EXCLUSION', until_time: 10 }, ['until_time']],
    [{ kind: 'CORRECTION', until_time: null }, ['until_time']],
    [{ kind: 'EXCLUSION', until_time: 11, slo: '', service: '' }, ['slo', 'service']],
  ] as const)
    assert.deepEqual(fieldsOf(checkAdjustment({ ...sound, ...changes })), wanted, JSON.stringify(changes));
});
