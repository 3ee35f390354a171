import { allowedBadShare, TIERS, type Tier, tierErrorShare, tierFactor } from './burn-rate.ts';
import type { Slo } from './definition.ts';
import { ALERTS, type AlertName } from './metric-names.ts';
import {
  type CountsByWindow,
  fires,
  none,
  only,
  quiet,
  type Scenario,
  sees,
  TOTAL,
} from './promtool-checks.ts';
import { ratioScenarios } from './promtool-ratio-scenarios.ts';
import type { Counts, Phase } from './promtool-timeline.ts';
import { type SloAlert, sloAlerts } from './slo-alerts.ts';
import { WINDOW_NAMES } from './windows.ts';

/** What happens to an SLO in its promtool tests, and what each alert must do then. */
export function sloScenarios(slo: Slo): readonly Scenario[] {
  const alerts = sloAlerts(slo);
  const main = slo.alerting === 'burn-rate' ? burnRateScenarios(slo, alerts) : ratioScenarios(slo, alerts);
  return [...main, ...sharedScenarios(alerts)];
}

function burnRateScenarios(slo: Slo, alerts: readonly SloAlert[]): Scenario[] {
  const allowed = allowedBadShare(slo.objective);
  const scenarios: Scenario[] = [];
  for (const [index, tier] of TIERS.entries()) {
    const alert = alerts[index];
    if (alert === undefined) throw new Error('sloAlerts must begin with one alert per tier');
    const name = `the ${tierFactor(tier, slo.windowDays)}× tier`;
    // Halfway between the tier's share and 100 %, at most 1.5 times the share: over the bound, never impossible.
    const share = tierErrorShare(tier, slo.objective, slo.windowDays);
    const bad = Math.round(TOTAL * Math.min(1.5 * share, (1 + share) / 2));
    const burning = only([tier.long, tier.short], { bad, total: TOTAL });
    const value = bad / TOTAL / allowed;
    scenarios.push(
      {
        name: `${name} fires and resets once its short window is clean`,
        phases: [sees(20, burning), sees(30, only([tier.long], { bad, total: TOTAL }))],
        checks: [fires(15, alert, value), ...quiet(40, ALERTS.burnRate)],
      },
      {
        name: `${name} stays quiet below its gate, with two evaluators that count the same`,
        phases: [sees(30, only([tier.long, tier.short], belowGate(slo, tier)))],
        options: { instances: ['evaluator-1:7073', 'evaluator-2:7073'] },
        checks: quiet(25, ALERTS.burnRate),
      },
    );
    if (index === 0) scenarios.push(...outageScenarios(alert, burning, value));
  }
  const half = { bad: Math.floor((TOTAL * allowed) / 2), total: TOTAL };
  scenarios.push({
    name: 'failures at half the allowed rate wake nobody',
    phases: [sees(60, () => half)],
    checks: quiet(55, ALERTS.burnRate, ALERTS.allBad, ALERTS.noData, ALERTS.goodExceedsTotal),
  });
  return scenarios;
}

// A burn far over the factor from too few failures: one under the gate, or two where one is the allowance, which
// is over the 1× tier but within what chance does.
function belowGate(slo: Slo, tier: Tier): Counts {
  if (tier.gate.kind === 'min-bad') return { bad: tier.gate.minBad - 1, total: tier.gate.minBad };
  return { bad: 2, total: Math.floor(1 / tierErrorShare(tier, slo.objective, slo.windowDays)) };
}

// An outage of ours must neither resolve an alert nor start one late.
function outageScenarios(alert: SloAlert, burning: CountsByWindow, value: number): Scenario[] {
  const gone: Phase = { minutes: 60, evaluator: 'gone', counts: burning };
  return [
    {
      name: 'a firing alert is held while the evaluator is gone, and resolves when it sees that all is well',
      phases: [sees(20, burning), gone, sees(30, none)],
      checks: [
        fires(15, alert, value),
        fires(25, alert, 'held', 19),
        fires(75, alert, 'held', 19),
        ...quiet(95, alert.name),
      ],
    },
    {
      name: 'what is read while catching up starts no alert',
      phases: [{ minutes: 30, evaluator: 'blind', counts: burning }, sees(30, none)],
      checks: [...quiet(25, alert.name), ...quiet(50, alert.name)],
    },
  ];
}

function sharedScenarios(alerts: readonly SloAlert[]): Scenario[] {
  const named = (name: AlertName): SloAlert => {
    const alert = alerts.find((one) => one.name === name);
    if (alert === undefined) throw new Error(`sloAlerts must hold ${name}`);
    return alert;
  };
  const empty: CountsByWindow = () => ({ bad: 0, total: 0 });
  const allBad =
    (events: number): CountsByWindow =>
    () => ({ bad: events, total: events });
  return [
    {
      name: 'three of three failing is a ticket, until one succeeds',
      phases: [sees(20, allBad(3)), sees(30, () => ({ bad: 3, total: 4 }))],
      checks: [fires(15, named(ALERTS.allBad), 3), ...quiet(40, ALERTS.allBad)],
    },
    {
      name: 'two of two failing is no ticket',
      phases: [sees(30, allBad(2))],
      checks: quiet(25, ALERTS.allBad),
    },
    {
      name: 'an expected series without events has no data, until one arrives',
      phases: [sees(20, empty), sees(30, () => ({ bad: 0, total: 1 }))],
      checks: [fires(15, named(ALERTS.noData), 1), ...quiet(40, ALERTS.noData)],
    },
    {
      name: 'a series that nobody expects may be silent',
      phases: [sees(30, empty)],
      options: { expected: 0 },
      checks: quiet(25, ALERTS.noData),
    },
    ...contradictions(named(ALERTS.goodExceedsTotal)),
  ];
}

function contradictions(alert: SloAlert): Scenario[] {
  return [
    { name: 'more good events than events', counts: { bad: 0, total: 10, good: 11 } },
    { name: 'fewer than no bad events', counts: { bad: -1, total: 10, good: 10 } },
  ].map(({ name, counts }) => ({
    name: `${name} are a ticket, until the counts agree`,
    phases: [sees(20, () => counts), sees(30, none)],
    checks: [fires(15, alert, WINDOW_NAMES.length), ...quiet(40, alert.name)],
  }));
}
