import { badToAlert, COUNT_LIMITS } from './absolute-alerts.ts';
import type { AbsoluteSlo } from './definition.ts';
import { ALERTS } from './metric-names.ts';
import {
  FIRING_MINUTE,
  fires,
  none,
  only,
  PHASE_MINUTES,
  quiet,
  RESET_MINUTES,
  type Scenario,
  sees,
} from './promtool-checks.ts';
import type { Phase } from './promtool-timeline.ts';
import type { SloAlert } from './slo-alert.ts';

const RESET_MINUTE = PHASE_MINUTES + RESET_MINUTES;

/** What happens to an SLO whose budget is a count. `alerts` are its own, those of the counts first. */
export function absoluteScenarios(slo: AbsoluteSlo, alerts: readonly SloAlert[]): Scenario[] {
  return [...countScenarios(slo, alerts), ...budgetScenarios(slo, alerts)];
}

function countScenarios(slo: AbsoluteSlo, alerts: readonly SloAlert[]): Scenario[] {
  return COUNT_LIMITS.flatMap((limit, index) => {
    const alert = alerts[index];
    if (alert === undefined) throw new Error('sloAlerts must begin with one alert per limit of counts');
    const { window } = limit;
    const bad = badToAlert(limit, slo.maxCount);
    const few = (count: number) => only([window], { bad: count, total: 10 * bad });
    const [busy, calm] = [sees(PHASE_MINUTES, few(bad)), sees(PHASE_MINUTES, few(bad - 1))];
    return [
      {
        name: `${bad} bad events over ${window} fire, and one fewer resets`,
        phases: [busy, calm],
        checks: [fires(FIRING_MINUTE, alert, bad), ...quiet(RESET_MINUTE, ALERTS.absoluteCount)],
      },
      {
        name: `${bad - 1} over ${window} stay quiet, with two evaluators that count the same`,
        phases: [calm],
        options: { instances: ['evaluator-1:7073', 'evaluator-2:7073'] },
        checks: quiet(FIRING_MINUTE, ALERTS.absoluteCount),
      },
    ];
  });
}

function budgetScenarios(slo: AbsoluteSlo, alerts: readonly SloAlert[]): Scenario[] {
  const left = (budgetRemaining: number): Phase => ({ ...sees(PHASE_MINUTES, none), budgetRemaining });
  const justUnder = 1 - (Math.ceil(slo.maxCount / 2) - 1) / slo.maxCount;
  return [
    { name: ALERTS.budgetSpent, percent: 100, under: 1 / slo.maxCount },
    { name: ALERTS.budgetHalfSpent, percent: 50, under: justUnder },
  ].flatMap(({ name, percent, under }) => {
    const alert = alerts.find((one) => one.name === name);
    if (alert === undefined) throw new Error(`sloAlerts must hold ${name}`);
    return [
      {
        name: `${percent} % of the budget spent fires, and a new period or a reset ends it`,
        phases: [left(1 - percent / 100), left(1)],
        checks: [fires(FIRING_MINUTE, alert, percent), ...quiet(RESET_MINUTE, name)],
      },
      {
        name: `one event before ${percent} % of the budget is spent all is quiet`,
        phases: [left(under)],
        checks: quiet(FIRING_MINUTE, name, ALERTS.absoluteCount, ALERTS.noData, ALERTS.goodExceedsTotal),
      },
    ];
  });
}
