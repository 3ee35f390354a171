import type { OutcomeReport } from '../../sdk/outcome-report.ts';
import type { PlannedReport } from './planned-report.ts';
import type { Random } from './random.ts';

/** One later attempt to apply a decision. */
export interface PlannedOutcome {
  readonly report: Omit<OutcomeReport, 'attemptedAt'>;
  /** How long after the decision, as life goes (the timescale shortens it). */
  readonly delayMs: number;
}

const MAX_ATTEMPTS = 3;
const ATTEMPT_FAILS_SHARE = 0.15;
/** Nobody ever says how it ended: after five minutes it counts as failed. */
const SILENT_SHARE = 0.02;
const ERROR_CLASSES = ['target_unreachable', 'conflict', 'timeout'];

/**
 * What will be said of a decision that was not carried out at once: up to three attempts, of which the last is final.
 * Nothing for a decision that was applied, that must not be, or that failed closed.
 */
export function planOutcomes(random: Random, decision: PlannedReport): PlannedOutcome[] {
  const { decisionId, applied, fallback, mode } = decision;
  const isOpen = mode === 'ENFORCE' && fallback === 'NONE' && (applied === 'PENDING' || applied === 'FAILED');
  if (!isOpen || random.chance(SILENT_SHARE)) return [];
  const outcomes: PlannedOutcome[] = [];
  let delayMs = 0;
  // What was reported as failed has had its first attempt.
  for (let attempt = applied === 'FAILED' ? 2 : 1; attempt <= MAX_ATTEMPTS; attempt++) {
    delayMs += random.whole(1_000, 45_000);
    if (!random.chance(ATTEMPT_FAILS_SHARE)) {
      outcomes.push({ delayMs, report: { decisionId, attempt, applied: 'APPLIED', final: true } });
      break;
    }
    const final = attempt === MAX_ATTEMPTS;
    const errorClass = random.pick(ERROR_CLASSES);
    outcomes.push({ delayMs, report: { decisionId, attempt, applied: 'FAILED', final, errorClass } });
  }
  return outcomes;
}
