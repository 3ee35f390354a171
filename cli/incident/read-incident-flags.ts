import { randomBytes, randomUUID } from 'node:crypto';
import type { Incident, IncidentSeverity, IncidentStep, Model } from '../../domain/contract/events.ts';
import { parseUuid } from '../../domain/contract/uuid.ts';
import { checkIncident } from '../../domain/operations/check-incident.ts';
import { parseTime } from '../parse-time.ts';

/** What is said of an incident, as it was typed. What is left out stays as it was, or unknown. */
export interface IncidentFlags {
  readonly tenant: string;
  readonly actor: string;
  readonly owner?: string;
  readonly severity?: IncidentSeverity;
  readonly category?: string;
  readonly summary?: string;
  readonly policy?: string;
  readonly policyVersion?: string;
  readonly confidence?: string;
  readonly model?: readonly string[];
  readonly missedViolations?: number;
  readonly safeFallback?: string;
  readonly impactStarted?: string;
  readonly detected?: string;
  readonly mitigated?: string;
}

export const SEVERITIES: readonly IncidentSeverity[] = ['SEV1', 'SEV2', 'SEV3', 'SEV4'];

/**
 * The next step of an incident: what its newest step says (null: there is none yet), with what was typed on top.
 * Throws an Error with everything that contradicts itself.
 */
export function nextStep(
  step: IncidentStep,
  before: Incident | null,
  flags: IncidentFlags,
  nowMs: number,
): Incident {
  const at = (option: string, text: string | undefined, otherwise: number | null) =>
    text === undefined ? otherwise : parseTime(option, text, nowMs) * 1000;
  const nowUs = nowMs * 1000;
  const detectedUs = before === null ? nowUs : before.detected_at;
  const mitigatedUs = step === 'MITIGATED' ? nowUs : (before?.mitigated_at ?? null);
  const incident: Incident = {
    record_id: newId(),
    incident_id: before?.incident_id ?? newId(),
    tenant_id: flags.tenant,
    step,
    severity: flags.severity ?? before?.severity ?? 'SEV3',
    category: flags.category ?? before?.category ?? '',
    // The owner of a step before is known as a token only.
    owner: flags.owner ?? flags.actor,
    impact_started_at: at('--impact-started', flags.impactStarted, before?.impact_started_at ?? null),
    detected_at: at('--detected', flags.detected, detectedUs),
    mitigated_at: at('--mitigated', flags.mitigated, mitigatedUs),
    policy: policyOf(flags, before),
    confidence: flags.confidence === undefined ? (before?.confidence ?? null) : shareOf(flags.confidence),
    missed_violations: flags.missedViolations ?? before?.missed_violations ?? null,
    models: flags.model?.map(modelOf) ?? before?.models ?? [],
    safe_fallback: flags.safeFallback ?? before?.safe_fallback ?? null,
    summary: flags.summary ?? before?.summary ?? '',
    evidence_digest: before?.evidence_digest ?? null,
    occurred_at: nowUs,
    salt: randomBytes(16),
  };
  const problems = checkIncident(incident).map(({ field, message }) => `${field} ${message}`);
  if (step === 'CLOSED' && incident.mitigated_at === null)
    problems.push(
      'it is not mitigated: run docket incident mitigate first, or say when the harm ended with --mitigated',
    );
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return incident;
}

function policyOf({ policy, policyVersion }: IncidentFlags, before: Incident | null): Incident['policy'] {
  if (policy === undefined && policyVersion === undefined) return before?.policy ?? null;
  const id = policy ?? before?.policy?.id;
  if (id === undefined) throw new Error('--policy-version: give the policy as well, with --policy');
  return { id, version: policyVersion ?? '' };
}

function shareOf(text: string): number {
  const share = text.trim() === '' ? Number.NaN : Number(text);
  if (share >= 0 && share <= 1) return share;
  throw new Error('--confidence: give a share from 0 to 1, such as 0.8');
}

/** `<id>@<version>`, or an id alone. */
function modelOf(text: string): Model {
  const at = text.lastIndexOf('@');
  return at < 0 ? { id: text, version: '' } : { id: text.slice(0, at), version: text.slice(at + 1) };
}

function newId(): Buffer {
  return parseUuid(randomUUID()) ?? randomBytes(16);
}
