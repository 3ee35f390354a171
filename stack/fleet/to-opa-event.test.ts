import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatUuid } from '../../domain/contract/uuid.ts';
import { mapOpaEvent } from '../../domain/opa/map-decision.ts';
import { planDecision } from './plan-decision.ts';
import { firstVersions } from './policy-versions.ts';
import { fleetRoster } from './roster.ts';
import { toOpaEvent } from './to-opa-event.ts';

const DECIDED_AT_MS = Date.UTC(2026, 2, 1, 12, 0, 0, 123);

test('what OPA logs means the decision that was planned, in any scenario', () => {
  const context = { tenantId: 'acme', fallbackEnforcerId: 'none', newSalt: () => Buffer.alloc(16) };
  const seen = new Set<string>();
  for (const member of fleetRoster(['acme', 'globex']).filter(({ route }) => route === 'opa')) {
    for (let index = 0; index < 1_500; index++) {
      const scene = { scenario: 'drift', decisionsSince: index } as const;
      const { report } = planDecision(1, member, index, scene, firstVersions());
      const event: unknown = JSON.parse(JSON.stringify(toOpaEvent(report, member, DECIDED_AT_MS, index)));
      const mapped = mapOpaEvent(event, context);
      assert.ok(mapped.ok, JSON.stringify(mapped));
      const { decision } = mapped;
      seen.add(decision.outcome);
      assert.deepEqual(
        [formatUuid(decision.decision_id), decision.outcome, decision.request_id, decision.decided_at],
        [report.decisionId, report.outcome, report.requestId, DECIDED_AT_MS * 1000],
      );
      assert.deepEqual(
        [decision.service, decision.enforcer.id, decision.enforcement_point, decision.region],
        [member.service, member.enforcerId, member.enforcementPoint, member.region],
      );
      assert.deepEqual(
        [decision.policy.id, decision.policy.version],
        [report.policy.id, report.policy.version],
      );
      assert.equal(decision.latency_us, report.latencyUs);
    }
  }
  assert.ok(seen.has('ALLOW') && seen.has('DENY') && seen.has('UNDEFINED'));
});
