import type { Applied, Fallback, Mode, Outcome } from '../../domain/contract/events.ts';
import type { DecisionReport } from '../../sdk/decision-report.ts';
import type { PolicyId, PolicyProfile } from './policy-catalogue.ts';
import type { Random } from './random.ts';

const CACHED_SHARE = 0.22;
const FAILED_SHARE = 0.0002;
/** Handed to something that works on its own, which tells later how it went (planOutcomes). */
const PENDING_SHARE = 0.004;
const SLOW_SHARE = 0.003;
const MEDIAN_LATENCY_US = 3_000;
const LATENCY_SIGMA = 0.6;
const TIMEOUT_US = 250_000;

/** What became of the decision: in an outage the enforcer fails closed and nothing is applied. */
export function planEffect(
  random: Random,
  outcome: Outcome,
  mode: Mode,
  outage: boolean,
): { fallback: Fallback; applied: Applied; error?: { class: string; message: string } } {
  if (outcome === 'ERROR') {
    const fallback = outage || random.chance(0.5) ? 'FAIL_CLOSED' : 'FAIL_OPEN';
    const error = outage
      ? { class: 'engine_timeout', message: 'policy engine did not answer in time' }
      : { class: 'evaluation_failed', message: 'policy engine failed to evaluate' };
    return { fallback, applied: 'NOT_APPLIED', error };
  }
  if (mode === 'SHADOW') return { fallback: 'NONE', applied: 'NOT_APPLIED' };
  const drawn = random.next();
  if (drawn < FAILED_SHARE) return { fallback: 'NONE', applied: 'FAILED' };
  return { fallback: 'NONE', applied: drawn < FAILED_SHARE + PENDING_SHARE ? 'PENDING' : 'APPLIED' };
}

/** How long it took: a few milliseconds, less from the cache, sometimes far more. */
export function planTiming(
  random: Random,
  outcome: Outcome,
  outage: boolean,
): Pick<DecisionReport, 'latencyUs' | 'overheadUs' | 'cacheAgeUs'> & { cached: boolean; timedOut: boolean } {
  const overheadUs = Math.round(random.lognormal(220, 0.4));
  const cached = outcome !== 'ERROR' && random.chance(CACHED_SHARE);
  const factor = cached ? 0.1 : random.chance(SLOW_SHARE) ? 12 : 1;
  const latencyUs = Math.round(random.lognormal(MEDIAN_LATENCY_US * factor, LATENCY_SIGMA));
  if (outage && outcome === 'ERROR') return { latencyUs: TIMEOUT_US, overheadUs, cached, timedOut: true };
  const age = cached ? { cacheAgeUs: random.whole(1_000, 30_000_000) } : {};
  return { latencyUs, overheadUs, cached, timedOut: false, ...age };
}

/** A score on the side of the threshold that its outcome tells of; nothing where the policy does not score. */
export function planScore(
  random: Random,
  { threshold }: PolicyProfile,
  outcome: Outcome,
): Pick<DecisionReport, 'score' | 'threshold'> {
  if (threshold === null || outcome === 'ERROR' || outcome === 'UNDEFINED') return {};
  const below = threshold * random.next() ** 2;
  const above = threshold + (1 - threshold) * random.next();
  return { score: outcome === 'ALLOW' ? below : above, threshold };
}

/** What the request cost, and what cost-guard did about it. */
export function planCost(
  random: Random,
  policy: PolicyId,
  outcome: Outcome,
): Pick<DecisionReport, 'costMicros' | 'fallbackModel' | 'rateLimited'> {
  const costMicros = Math.round(random.lognormal(900, 0.9));
  if (policy !== 'cost-guard') return { costMicros };
  if (outcome === 'TRANSFORM') return { costMicros, fallbackModel: 'assistant-small' };
  return { costMicros, rateLimited: outcome === 'DENY' && random.chance(0.4) };
}
