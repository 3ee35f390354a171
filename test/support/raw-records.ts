import { randomUUID } from 'node:crypto';
import { INPUTS } from '../../domain/contract/inputs.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';

/** Columns of a row to be inserted as JSON; columns left out take the table's defaults. */
export type RawRow = Readonly<Record<string, unknown>>;

let nextOffset = 0;

function coordinates(topic: string, appendMs: number): RawRow {
  return { topic, partition: 0, offset: nextOffset++, append_time: clickHouseTime(appendMs) };
}

/** A time as ClickHouse reads it in a row of JSON. */
export function clickHouseTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('T', ' ').replace('Z', '');
}

/** A recorded decision that every SLO finds good, decided when it was appended. */
export function rawDecision(appendMs: number, changes: RawRow = {}): RawRow {
  return {
    ...coordinates('docket.decisions.v1', appendMs),
    decision_id: randomUUID(),
    tenant_id: 'acme',
    enforcer_id: 'guard-1',
    enforcer_epoch: 1,
    enforcement_point: 'APPLICATION',
    service: 'shop',
    region: 'eu-1',
    request_id: `req-${nextOffset}`,
    trace_id: '0123456789abcdef',
    risk: 'LOW',
    policy_id: 'p1',
    policy_version: '1',
    'rules.id': ['r1'],
    'rules.layer': [null],
    'rules.effect': ['allow'],
    'rules.overridden': [false],
    outcome: 'ALLOW',
    mode: 'ENFORCE',
    fallback: 'NONE',
    applied: 'APPLIED',
    decided_at: clickHouseTime(appendMs),
    latency_us: 10_000,
    ...changes,
  };
}

/** A recorded tally of an ingress observer over the minute before it was appended. */
export function rawTally(appendMs: number, changes: RawRow = {}): RawRow {
  return {
    ...coordinates('docket.tallies.v1', appendMs),
    tally_id: randomUUID(),
    tenant_id: 'acme',
    observer_id: 'ingress-1',
    observer_kind: 'INGRESS',
    observer_epoch: 1,
    service: 'shop',
    enforcement_point: 'EDGE',
    interval_start: clickHouseTime(appendMs - 60_000),
    interval_end: clickHouseTime(appendMs),
    ...changes,
  };
}

/** A recorded label from a random review of a decision. */
export function rawLabel(appendMs: number, decision: RawRow, changes: RawRow = {}): RawRow {
  return {
    ...coordinates('docket.labels.v1', appendMs),
    label_id: randomUUID(),
    tenant_id: decision.tenant_id,
    enforcer_id: decision.enforcer_id,
    decision_id: decision.decision_id,
    source: 'RANDOM',
    verdict: 'VIOLATION',
    labelled_at: clickHouseTime(appendMs),
    ...changes,
  };
}

/** A recorded step of policy p1, version 1, in every region, that happened when it was appended. */
export function rawChange(appendMs: number, step: string, changes: RawRow = {}): RawRow {
  return {
    ...coordinates('docket.policy-changes.v1', appendMs),
    change_id: randomUUID(),
    tenant_id: 'acme',
    policy_id: 'p1',
    policy_version: '1',
    step,
    occurred_at: clickHouseTime(appendMs),
    ...changes,
  };
}

/** A recorded step of an incident: that it was opened. */
export function rawIncident(appendMs: number, changes: RawRow = {}): RawRow {
  return {
    ...coordinates('docket.incidents.v1', appendMs),
    record_id: randomUUID(),
    incident_id: randomUUID(),
    tenant_id: 'acme',
    step: 'OPENED',
    severity: 'SEV3',
    occurred_at: clickHouseTime(appendMs),
    ...changes,
  };
}

/** A recorded read that was granted. */
export function rawAccess(appendMs: number, changes: RawRow = {}): RawRow {
  return {
    ...coordinates('docket.accesses.v1', appendMs),
    access_id: randomUUID(),
    tenant_id: 'acme',
    action: 'decisions.search',
    granted: true,
    ...changes,
  };
}

/** What a gateway could not express as events. */
export function rawRejection(appendMs: number, changes: RawRow = {}): RawRow {
  return {
    ...coordinates('docket.rejections.v1', appendMs),
    rejection_id: randomUUID(),
    tenant_id: 'acme',
    route: 'opa.logs',
    reason: 'not_json',
    ...changes,
  };
}

/** A decision that was sent again. */
export function rawDuplicate(appendMs: number, content: 'SAME' | 'CONFLICT'): RawRow {
  return { ...coordinates('docket.decisions.v1', appendMs), tenant_id: 'acme', content };
}

/** A recorded outcome of a decision: its first attempt, which worked. */
export function rawOutcome(appendMs: number, decision: RawRow, changes: RawRow = {}): RawRow {
  return {
    ...coordinates('docket.outcomes.v1', appendMs),
    outcome_id: randomUUID(),
    tenant_id: decision.tenant_id,
    enforcer_id: decision.enforcer_id,
    enforcer_epoch: 1,
    decision_id: decision.decision_id,
    attempt: 1,
    applied: 'APPLIED',
    final: true,
    attempted_at: clickHouseTime(appendMs),
    ...changes,
  };
}

/** A recorded maintenance of everything that the tenant has, declared a minute before it began. */
export function rawAdjustment(
  appendMs: number,
  fromMs: number,
  untilMs: number,
  changes: RawRow = {},
): RawRow {
  return {
    ...coordinates('docket.slo-adjustments.v1', appendMs),
    adjustment_id: randomUUID(),
    tenant_id: 'acme',
    slo: 'decision-latency',
    service: null,
    kind: 'EXCLUSION',
    from_time: clickHouseTime(fromMs),
    until_time: clickHouseTime(untilMs),
    declared_at: clickHouseTime(fromMs - 60_000),
    reason: 'maintenance',
    ...changes,
  };
}

/** A quarantined decision. */
export function rawQuarantine(appendMs: number, changes: RawRow = {}): RawRow {
  return { ...coordinates('docket.decisions.v1', appendMs), reason: 'empty_tenant', bytes: 10, ...changes };
}

/** Declares everything appended before `watermarkMs` recorded, on every partition of every input. */
export async function moveWatermark(clickhouse: ClickHouse, watermarkMs: number): Promise<void> {
  const rows = INPUTS.flatMap(({ topic, partitions }) =>
    Array.from({ length: partitions }, (_, partition) => ({
      topic,
      partition,
      next_offset: 0,
      watermark: clickHouseTime(watermarkMs),
      root: '',
      peaks: [],
    })),
  );
  await clickhouse.insertRows('progress', rows);
}
