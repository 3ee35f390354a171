import { BASELINE_MIN_BAD, TIMES_BASELINE } from './baseline-alert.ts';
import { allowedBadShare } from './burn-rate.ts';
import type { RatioSlo } from './definition.ts';
import { ALERTS } from './metric-names.ts';
import {
  FIRING_MINUTE,
  fires,
  only,
  PHASE_MINUTES,
  quiet,
  RESET_MINUTES,
  type Scenario,
  sees,
  TOTAL,
} from './promtool-checks.ts';
import type { SloAlert } from './slo-alert.ts';
import { minBadOf } from './slo-alerts.ts';

/** A tenant that usually burns a little more than it may: four times that is five times its allowance. */
const USUAL = 1.25;

/** What happens to an SLO that burns faster than is usual for it. */
export function baselineScenarios(slo: RatioSlo, alert: SloAlert): Scenario[] {
  const counts = (timesUsual: number) => ({
    bad: Math.round(TOTAL * allowedBadShare(slo.objective) * USUAL * timesUsual),
    total: TOTAL,
  });
  const above = counts(1.1 * TIMES_BASELINE);
  const burning = sees(PHASE_MINUTES, only(['1h', '5m'], above));
  const minBad = minBadOf(slo, BASELINE_MIN_BAD);
  return [
    {
      name: 'four times what is usual is a ticket, until the last minutes are clean',
      phases: [burning, sees(PHASE_MINUTES, only(['1h'], above))],
      options: { usual: USUAL },
      checks: [
        fires(FIRING_MINUTE, alert, above.bad / TOTAL / allowedBadShare(slo.objective)),
        ...quiet(PHASE_MINUTES + RESET_MINUTES, alert.name),
      ],
    },
    {
      name: 'less than four times what is usual is quiet, however fast it burns',
      phases: [sees(FIRING_MINUTE + 1, only(['1h', '5m'], counts(0.9 * TIMES_BASELINE)))],
      options: { usual: USUAL },
      checks: quiet(FIRING_MINUTE, alert.name),
    },
    {
      name: 'four times what is usual is quiet while too few fail',
      phases: [sees(FIRING_MINUTE + 1, only(['1h', '5m'], { bad: minBad - 1, total: minBad }))],
      options: { usual: 0 },
      checks: quiet(FIRING_MINUTE, alert.name),
    },
    {
      name: 'nothing is above what is usual while that is not known',
      phases: [burning],
      checks: quiet(FIRING_MINUTE, ALERTS.burnAboveBaseline),
    },
  ];
}
