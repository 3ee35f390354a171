import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type IncidentFlags, nextStep } from './read-incident-flags.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const HOUR_US = 3_600_000_000;
const who: IncidentFlags = { tenant: 'acme', actor: 'on-call-2' };
const opened = nextStep(
  'OPENED',
  null,
  {
    ...{ ...who, category: 'overblocking', policy: 'content-safety', policyVersion: '13', confidence: '0.8' },
    ...{ model: ['assistant@7', 'classifier'], impactStarted: '2h', summary: 'blocks too much' },
  },
  NOW_MS,
);

test('opening says what was typed, that it is noticed now, and that the harm goes on', () => {
  assert.deepEqual(
    [opened.step, opened.severity, opened.owner, opened.detected_at, opened.mitigated_at],
    ['OPENED', 'SEV3', 'on-call-2', NOW_MS * 1000, null],
  );
  assert.equal(opened.impact_started_at, NOW_MS * 1000 - 2 * HOUR_US);
  assert.deepEqual(opened.models, [
    { id: 'assistant', version: '7' },
    { id: 'classifier', version: '' },
  ]);
});

test('a step is a whole record: what is not said anew stays', () => {
  const later = NOW_MS + 60_000;
  const mitigated = nextStep('MITIGATED', opened, { ...who, confidence: '1' }, later);
  assert.equal(mitigated.mitigated_at, later * 1000);
  const { incident_id, policy, summary, models, impact_started_at } = opened;
  assert.deepEqual(
    { ...mitigated },
    {
      ...{ ...opened, incident_id, policy, summary, models, impact_started_at, confidence: 1 },
      ...{ step: 'MITIGATED', mitigated_at: later * 1000, occurred_at: later * 1000 },
      ...{ record_id: mitigated.record_id, salt: mitigated.salt },
    },
  );
  assert.notDeepEqual(mitigated.record_id, opened.record_id);
  assert.equal(nextStep('CLOSED', mitigated, who, later).mitigated_at, later * 1000);
});

test('what contradicts itself is refused with what to do', () => {
  for (const [flags, wanted] of [
    [{ confidence: '80 %' }, /--confidence: give a share/],
    [{ mitigated: '3h' }, /mitigated_at must not be before/],
    [{ impactStarted: 'yesterday' }, /--impact-started: give a time/],
  ] as const)
    assert.throws(() => nextStep('UPDATED', opened, { ...who, ...flags }, NOW_MS), wanted);
  assert.throws(() => nextStep('CLOSED', opened, who, NOW_MS), /docket incident mitigate first/);
  assert.throws(() => nextStep('OPENED', null, { ...who, category: 'x', confidence: '1' }, NOW_MS), /policy/);
  assert.throws(() => nextStep('OPENED', null, { ...who, policyVersion: '1' }, NOW_MS), /--policy/);
});
