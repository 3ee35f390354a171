import { allowedBadShare } from './burn-rate.ts';
import type { Slo } from './definition.ts';
import { ALERTS } from './metric-names.ts';
import { fires, none, only, quiet, type Scenario, sees, TOTAL } from './promtool-checks.ts';
import type { Phase } from './promtool-timeline.ts';
import { RATIO_BOUNDS, type SloAlert } from './slo-alerts.ts';

/** What happens to an SLO that alerts on its ratio. `alerts` are its own, the ratio bounds first. */
export function ratioScenarios(slo: Slo, alerts: readonly SloAlert[]): Scenario[] {
  const allowed = allowedBadShare(slo.objective);
  const scenarios: Scenario[] = [];
  for (const [index, { window, minTotal, forSeconds }] of RATIO_BOUNDS.entries()) {
    const alert = alerts[index];
    if (alert === undefined) throw new Error('sloAlerts must begin with one alert per ratio bound');
    const afterFor = forSeconds / 60 + 5;
    const bad = Math.round(TOTAL * (allowed + (1 - allowed) / 4));
    const breached = only([window], { bad, total: TOTAL });
    const within = only([window], { bad: Math.floor(TOTAL * allowed) - 1, total: TOTAL });
    const few = only([window], { bad: minTotal - 2, total: minTotal - 1 });
    scenarios.push(
      {
        name: `the bound over ${window} fires, not at once, and resets`,
        phases: [sees(afterFor + 5, breached), sees(30, within)],
        checks: [
          ...quiet(forSeconds / 60 - 5, ALERTS.ratioBound),
          fires(afterFor, alert, (100 * bad) / TOTAL),
          ...quiet(afterFor + 20, ALERTS.ratioBound),
        ],
      },
      {
        name: `the bound over ${window} stays quiet just within the objective`,
        phases: [sees(afterFor + 5, within)],
        checks: quiet(afterFor, ALERTS.ratioBound, ALERTS.allBad, ALERTS.noData, ALERTS.goodExceedsTotal),
      },
      {
        name: `the bound over ${window} does not judge under ${minTotal} events`,
        phases: [sees(afterFor + 5, few)],
        checks: quiet(afterFor, ALERTS.ratioBound),
      },
    );
    const gone: Phase = { minutes: 60, evaluator: 'gone', counts: none };
    scenarios.push({
      name: `the bound over ${window} is held while the evaluator is gone`,
      phases: [sees(afterFor + 5, breached), gone, sees(30, within)],
      checks: [fires(afterFor + 30, alert, 'held', afterFor + 4), ...quiet(afterFor + 80, ALERTS.ratioBound)],
    });
  }
  return scenarios;
}
