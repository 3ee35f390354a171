import { randomBytes } from 'node:crypto';
import type { Applied, EnforcementOutcome } from '../domain/contract/events.ts';
import { fitsSafeGrammar } from '../domain/contract/safe-grammar.ts';
import { parseUuid, uuidFromText } from '../domain/contract/uuid.ts';
import { checkOutcome } from '../domain/operations/check-outcome.ts';
import type { EnforcerContext } from './decision-report.ts';

/** What became of a decision after it was reported: one attempt to apply it. */
export interface OutcomeReport {
  /** The id under which the decision was reported. */
  readonly decisionId: string;
  /** Which attempt, from 1. A decision that was reported as FAILED or NOT_APPLIED has had its first. */
  readonly attempt: number;
  readonly applied: Applied;
  /** Nothing is tried after it. Only a final outcome settles what became of the decision. */
  readonly final: boolean;
  /** What went wrong, as a code. */
  readonly errorClass?: string;
  readonly attemptedAt?: Date;
}

const SALT_BYTES = 16;

/**
 * The event of a report, with a fresh salt. Its id follows from what it says of which attempt: reported again, it is the
 * same. Throws TypeError or RangeError, without a value, for what would be quarantined or contradicts itself.
 */
export function toOutcome(report: OutcomeReport, context: EnforcerContext): EnforcementOutcome {
  const { attempt, applied, final, errorClass } = report;
  const { tenant, enforcer } = context;
  const decisionId = parseUuid(report.decisionId);
  if (decisionId === null) throw new TypeError('decisionId must be a UUID');
  if (!Number.isInteger(attempt)) throw new RangeError('attempt must be a whole number');
  if (errorClass !== undefined && !fitsSafeGrammar(errorClass))
    throw new TypeError('errorClass must be a code');
  const [problem] = checkOutcome({ attempt, applied, final });
  if (problem !== undefined) throw new RangeError(`${problem.field} ${problem.message}`);
  const name = [tenant, enforcer.id, decisionId.toString('hex'), attempt, applied, final];
  return {
    outcome_id: uuidFromText(JSON.stringify(['docket-outcome', ...name])),
    tenant_id: tenant,
    enforcer: { id: enforcer.id, epoch: enforcer.epoch },
    decision_id: decisionId,
    attempt,
    applied,
    final,
    error_class: errorClass ?? null,
    attempted_at: (report.attemptedAt?.getTime() ?? Date.now()) * 1000,
    salt: randomBytes(SALT_BYTES),
  };
}
