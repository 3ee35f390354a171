import { allowedBadShare } from './burn-rate.ts';
import type { OccurrencesSlo } from './definition.ts';
import { ALERTS } from './metric-names.ts';
import {
  fires,
  none,
  only,
  PHASE_MINUTES,
  quiet,
  RESET_MINUTES,
  type Scenario,
  sees,
  TOTAL,
} from './promtool-checks.ts';
import type { Phase } from './promtool-timeline.ts';
import type { SloAlert } from './slo-alert.ts';
import { RATIO_BOUNDS } from './slo-alerts.ts';

/** What happens to an SLO that alerts on its ratio. `alerts` are its own, the ratio bounds first. */
export function ratioScenarios(slo: OccurrencesSlo, alerts: readonly SloAlert[]): Scenario[] {
  const allowed = allowedBadShare(slo.objective);
  const scenarios: Scenario[] = [];
  for (const [index, { window, minTotal, forSeconds }] of RATIO_BOUNDS.entries()) {
    const alert = alerts[index];
    if (alert === undefined) throw new Error('sloAlerts must begin with one alert per ratio bound');
    const afterFor = forSeconds / 60 + 2;
    const breachedFor = afterFor + 2;
    const bad = Math.round(TOTAL * (allowed + (1 - allowed) / 4));
    const breached = only([window], { bad, total: TOTAL });
    const within = only([window], { bad: Math.floor(TOTAL * allowed) - 1, total: TOTAL });
    const few = only([window], { bad: minTotal - 2, total: minTotal - 1 });
    // One more than the objective allows of so few: half the allowed share does as much by chance.
    const lucky = only([window], { bad: Math.floor(minTotal * allowed) + 1, total: minTotal });
    scenarios.push(
      {
        name: `the bound over ${window} fires, not at once, and resets`,
        phases: [sees(breachedFor, breached), sees(PHASE_MINUTES, within)],
        checks: [
          ...quiet(forSeconds / 60 - 2, ALERTS.ratioBound),
          fires(afterFor, alert, (100 * bad) / TOTAL),
          ...quiet(breachedFor + RESET_MINUTES, ALERTS.ratioBound),
        ],
      },
      {
        name: `the bound over ${window} stays quiet just within the objective`,
        phases: [sees(breachedFor, within)],
        checks: quiet(afterFor, ALERTS.ratioBound, ALERTS.allBad, ALERTS.noData, ALERTS.goodExceedsTotal),
      },
      {
        name: `the bound over ${window} does not judge under ${minTotal} events`,
        phases: [sees(breachedFor, few)],
        checks: quiet(afterFor, ALERTS.ratioBound),
      },
      {
        name: `the bound over ${window} stays quiet over the objective where chance explains it`,
        phases: [sees(breachedFor, lucky)],
        checks: quiet(afterFor, ALERTS.ratioBound),
      },
    );
    const gone: Phase = { minutes: 2 * PHASE_MINUTES, evaluator: 'gone', counts: none };
    const back = breachedFor + gone.minutes;
    scenarios.push({
      name: `the bound over ${window} is held while the evaluator is gone`,
      phases: [sees(breachedFor, breached), gone, sees(PHASE_MINUTES, within)],
      checks: [
        fires(back - 1, alert, 'held', breachedFor - 1),
        ...quiet(back + RESET_MINUTES, ALERTS.ratioBound),
      ],
    });
  }
  return scenarios;
}
