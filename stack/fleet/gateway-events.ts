import { randomUUID } from 'node:crypto';
import { formatUuid, uuidFromText } from '../../domain/contract/uuid.ts';
import type { CountedInterval } from './ingress-counter.ts';
import type { PlannedLabel } from './plan-label.ts';
import { POLICY_IDS } from './policy-catalogue.ts';
import type { PolicyVersions } from './policy-versions.ts';
import { bundleDigest } from './policy-versions.ts';
import type { FleetMember } from './roster.ts';

/** The body of one label for `POST /v1/labels`. Its id follows from the decision's: sent again, it is the same label. */
export function labelEvent(
  label: PlannedLabel,
  enforcerId: string,
  decisionId: string,
  labelledAtMs: number,
): object {
  return {
    label_id: formatUuid(uuidFromText(`fleet-label/${enforcerId}/${decisionId}`)),
    enforcer_id: enforcerId,
    decision_id: decisionId,
    source: label.source,
    verdict: label.verdict,
    reviewer: label.reviewer,
    note: label.note,
    labelled_at: new Date(labelledAtMs).toISOString(),
  };
}

/** The body of an ingress' tally for `POST /v1/tallies`: what came in for one service, all of it in scope. */
export function ingressTally(
  member: FleetMember,
  interval: CountedInterval,
  startedAtMs: number,
  versions: PolicyVersions,
): object {
  const policies = POLICY_IDS.filter((id) => member.policies[id] !== undefined);
  return {
    tally_id: randomUUID(),
    observer: {
      id: `ingress-${member.service}`,
      version: '2.9.0',
      kind: 'INGRESS',
      epoch: startedAtMs * 1000,
    },
    service: member.service,
    enforcement_point: member.enforcementPoint,
    environment: member.environment,
    region: member.region,
    interval_start: new Date(interval.startMs).toISOString(),
    interval_end: new Date(interval.endMs).toISOString(),
    requests_in_scope: interval.requests,
    evaluated: interval.requests,
    skipped: [],
    dropped: [],
    failed: 0,
    backlog: 0,
    next_sequence: null,
    policies: policies.map((id) => ({
      id,
      version: versions[id],
      bundle_digest: bundleDigest(member.tenant, id, versions[id]).toString('hex'),
    })),
  };
}
