import { randomUUID } from 'node:crypto';
import type { IncidentSeverity, IncidentStep } from '../../domain/contract/events.ts';
import { formatUuid, uuidFromText } from '../../domain/contract/uuid.ts';

/** An incident from its beginning to its end, in milliseconds since 1970; null: not yet. */
export interface PlayedIncident {
  readonly id: string;
  readonly severity: IncidentSeverity;
  readonly category: string;
  readonly policy: { readonly id: string; readonly version: string } | null;
  readonly confidence: number | null;
  readonly missedViolations: number | null;
  readonly summary: string;
  readonly startedMs: number;
  readonly detectedMs: number;
  readonly mitigatedMs: number | null;
}

const MODELS = [{ id: 'assistant-large', version: '2026-02' }];
const iso = (timeMs: number) => new Date(timeMs).toISOString();

/** The body of one step for `POST /v1/incidents`. Its id follows from incident and step. */
export function incidentEvent(incident: PlayedIncident, step: IncidentStep, atMs: number): object {
  const { mitigatedMs } = incident;
  return {
    record_id: formatUuid(uuidFromText(`fleet-incident/${incident.id}/${step}`)),
    incident_id: incident.id,
    step,
    severity: incident.severity,
    category: incident.category,
    owner: 'on-call-1',
    impact_started_at: iso(incident.startedMs),
    detected_at: iso(incident.detectedMs),
    mitigated_at: mitigatedMs === null ? null : iso(mitigatedMs),
    policy: incident.policy,
    confidence: incident.confidence,
    missed_violations: incident.missedViolations,
    models: MODELS,
    safe_fallback: step === 'OPENED' ? null : 'the version before it',
    summary: incident.summary,
    occurred_at: iso(atMs),
  };
}

/** The body of a declared maintenance for `POST /v1/slo-adjustments`. */
export function maintenanceEvent(
  service: string,
  fromMs: number,
  untilMs: number,
  declaredMs: number,
): object {
  return {
    adjustment_id: randomUUID(),
    slo: 'decision-latency',
    service,
    kind: 'EXCLUSION',
    from_time: iso(fromMs),
    until_time: iso(untilMs),
    declared_at: iso(declaredMs),
    who: 'on-call-1',
    reason: 'the policy engine is moved to larger machines',
  };
}
