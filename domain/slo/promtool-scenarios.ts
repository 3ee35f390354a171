import { allowedBadShare, TIERS, type Tier, tierErrorShare, tierFactor } from './burn-rate.ts';
import { nominalDays, type RatioSlo, type Slo, type TimeslicesSlo } from './definition.ts';
import { ALERTS, type AlertName } from './metric-names.ts';
import { absoluteScenarios } from './promtool-absolute-scenarios.ts';
import { baselineScenarios } from './promtool-baseline-scenarios.ts';
import {
  type CountsByWindow,
  FIRING_MINUTE,
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
import { ratioScenarios } from './promtool-ratio-scenarios.ts';
import type { Counts, Phase } from './promtool-timeline.ts';
import { wideScenarios } from './promtool-wide-scenarios.ts';
import { LEAN_WINDOWS } from './shown-counts.ts';
import type { SloAlert } from './slo-alert.ts';
import { minBadOf, sloAlerts } from './slo-alerts.ts';
import { WINDOW_NAMES, type WindowName } from './windows.ts';

const RESET_MINUTE = PHASE_MINUTES + RESET_MINUTES;
/** Longer than an alert is kept firing without a reason. */
const KEPT_MINUTES = 7;

/** What happens to an SLO in its promtool tests, and what each alert must do then. `lean`: its rules are. */
export function sloScenarios(slo: Slo, lean = false): readonly Scenario[] {
  const alerts = sloAlerts(slo);
  if (slo.budgeting === 'absolute') {
    const [first] = alerts;
    if (first === undefined) throw new Error('an SLO must have an alert');
    const many = only(['1h'], { bad: slo.maxCount, total: TOTAL });
    return [
      ...absoluteScenarios(slo, alerts),
      ...outageScenarios(first, many, slo.maxCount),
      ...wideScenarios(slo, alerts, many),
      ...silenceScenarios(alerts, lean),
    ];
  }
  const main = slo.alerting === 'burn-rate' ? burnRateScenarios(slo, alerts) : ratioScenarios(slo, alerts);
  const ofSlices = slo.budgeting === 'timeslices' ? sliceScenarios(slo, alerts) : [];
  return [...main, ...ofSlices, ...allBadScenarios(alerts), ...silenceScenarios(alerts, lean)];
}

function burnRateScenarios(slo: RatioSlo, alerts: readonly SloAlert[]): Scenario[] {
  const allowed = allowedBadShare(slo.objective);
  const scenarios: Scenario[] = [];
  for (const [index, tier] of TIERS.entries()) {
    const alert = alerts[index];
    if (alert === undefined) throw new Error('sloAlerts must begin with one alert per tier');
    const name = `the ${tierFactor(tier, nominalDays(slo.window))}× tier`;
    // Halfway between the tier's share and 100 %, at most 1.5 times the share: over the bound, never impossible.
    const share = tierErrorShare(tier, slo.objective, nominalDays(slo.window));
    const bad = Math.round(TOTAL * Math.min(1.5 * share, (1 + share) / 2));
    const burning = only([tier.long, tier.short], { bad, total: TOTAL });
    const value = bad / TOTAL / allowed;
    scenarios.push(
      {
        name: `${name} fires and resets once its short window is clean`,
        phases: [sees(PHASE_MINUTES, burning), sees(PHASE_MINUTES, only([tier.long], { bad, total: TOTAL }))],
        checks: [fires(FIRING_MINUTE, alert, value), ...quiet(RESET_MINUTE, ALERTS.burnRate)],
      },
      {
        name: `${name} stays quiet below its gate, with two evaluators that count the same`,
        phases: [sees(PHASE_MINUTES, only([tier.long, tier.short], belowGate(slo, tier)))],
        options: { instances: ['evaluator-1:7073', 'evaluator-2:7073'] },
        checks: quiet(FIRING_MINUTE, ALERTS.burnRate),
      },
    );
    if (index > 0) continue;
    scenarios.push(...outageScenarios(alert, burning, value), ...wideScenarios(slo, alerts, burning));
  }
  const half = { bad: Math.floor((TOTAL * allowed) / 2), total: TOTAL };
  scenarios.push({
    name: 'failures at half the allowed rate wake nobody',
    phases: [sees(PHASE_MINUTES, () => half)],
    checks: quiet(FIRING_MINUTE, ALERTS.burnRate, ALERTS.allBad, ALERTS.noData, ALERTS.goodExceedsTotal),
  });
  scenarios.push(...baselineScenarios(slo, alertNamed(alerts, ALERTS.burnAboveBaseline)));
  return scenarios;
}

// A burn far over the factor from too few failures: one under the gate, or two where one is the allowance, which
// is over the 1× tier but within what chance does.
function belowGate(slo: RatioSlo, tier: Tier): Counts {
  if (tier.gate.kind === 'min-bad') {
    const minBad = minBadOf(slo, tier.gate.minBad);
    return { bad: minBad - 1, total: minBad };
  }
  return { bad: 2, total: Math.floor(1 / tierErrorShare(tier, slo.objective, nominalDays(slo.window))) };
}

// An outage of ours must neither resolve an alert nor start one late.
function outageScenarios(alert: SloAlert, burning: CountsByWindow, value: number): Scenario[] {
  const gone: Phase = { minutes: 2 * PHASE_MINUTES, evaluator: 'gone', counts: burning };
  const back = PHASE_MINUTES + gone.minutes;
  const lastSeen = PHASE_MINUTES - 1;
  const caughtUp = PHASE_MINUTES + 2 + KEPT_MINUTES;
  return [
    {
      name: 'a firing alert is held while the evaluator is gone, and resolves when it sees that all is well',
      phases: [sees(PHASE_MINUTES, burning), gone, sees(PHASE_MINUTES, none)],
      checks: [
        fires(FIRING_MINUTE, alert, value),
        fires(PHASE_MINUTES + 2, alert, 'held', lastSeen),
        fires(back - 1, alert, 'held', lastSeen),
        ...quiet(back + RESET_MINUTES, alert.name),
      ],
    },
    {
      name: 'what is read while catching up starts no alert',
      phases: [{ minutes: PHASE_MINUTES, evaluator: 'blind', counts: burning }, sees(PHASE_MINUTES, none)],
      checks: [...quiet(FIRING_MINUTE, alert.name), ...quiet(RESET_MINUTE, alert.name)],
    },
    {
      name: 'a firing alert does not resolve by what is read while catching up, and goes on if the failures do',
      phases: [
        sees(PHASE_MINUTES, burning),
        { ...gone, minutes: 2 },
        { minutes: KEPT_MINUTES, evaluator: 'blind', counts: none },
        sees(KEPT_MINUTES, burning),
      ],
      checks: [
        fires(caughtUp - 1, alert, 'held', caughtUp - 1),
        fires(caughtUp + KEPT_MINUTES - 1, alert, value),
      ],
    },
  ];
}

function alertNamed(alerts: readonly SloAlert[], name: AlertName): SloAlert {
  const alert = alerts.find((one) => one.name === name);
  if (alert === undefined) throw new Error(`sloAlerts must hold ${name}`);
  return alert;
}

// Slices without traffic are good, but neither traffic nor a reason to think that anybody is there.
function sliceScenarios(slo: TimeslicesSlo, alerts: readonly SloAlert[]): Scenario[] {
  const total = 3600 / slo.sliceMinutes;
  const slices =
    (bad: number, busy: number): CountsByWindow =>
    () => ({ bad, total, empty: total - busy });
  return [
    {
      name: 'slices without traffic are no data, until one has some',
      phases: [sees(PHASE_MINUTES, slices(0, 0)), sees(PHASE_MINUTES, slices(0, 1))],
      checks: [
        fires(FIRING_MINUTE, alertNamed(alerts, ALERTS.noData), 1),
        ...quiet(RESET_MINUTE, ALERTS.noData),
      ],
    },
    {
      name: 'three slices with traffic that all fail are a ticket, until one is good',
      phases: [sees(PHASE_MINUTES, slices(3, 3)), sees(PHASE_MINUTES, slices(3, 4))],
      checks: [
        fires(FIRING_MINUTE, alertNamed(alerts, ALERTS.allBad), 3),
        ...quiet(RESET_MINUTE, ALERTS.allBad),
      ],
    },
  ];
}

function allBadScenarios(alerts: readonly SloAlert[]): Scenario[] {
  const allBad =
    (events: number): CountsByWindow =>
    () => ({ bad: events, total: events });
  return [
    {
      name: 'three of three failing is a ticket, until one succeeds',
      phases: [sees(PHASE_MINUTES, allBad(3)), sees(PHASE_MINUTES, () => ({ bad: 3, total: 4 }))],
      checks: [
        fires(FIRING_MINUTE, alertNamed(alerts, ALERTS.allBad), 3),
        ...quiet(RESET_MINUTE, ALERTS.allBad),
      ],
    },
    {
      name: 'two of two failing is no ticket',
      phases: [sees(PHASE_MINUTES, allBad(2))],
      checks: quiet(FIRING_MINUTE, ALERTS.allBad),
    },
  ];
}

function silenceScenarios(alerts: readonly SloAlert[], lean: boolean): Scenario[] {
  const empty: CountsByWindow = () => ({ bad: 0, total: 0 });
  return [
    {
      name: 'an expected series without events has no data, until one arrives',
      phases: [sees(PHASE_MINUTES, empty), sees(PHASE_MINUTES, () => ({ bad: 0, total: 1 }))],
      checks: [
        fires(FIRING_MINUTE, alertNamed(alerts, ALERTS.noData), 1),
        ...quiet(RESET_MINUTE, ALERTS.noData),
      ],
    },
    {
      name: 'a series that nobody expects may be silent',
      phases: [sees(PHASE_MINUTES, empty)],
      options: { expected: 0 },
      checks: quiet(FIRING_MINUTE, ALERTS.noData),
    },
    ...contradictions(alertNamed(alerts, ALERTS.goodExceedsTotal), lean ? LEAN_WINDOWS : WINDOW_NAMES),
  ];
}

function contradictions(alert: SloAlert, checked: readonly WindowName[]): Scenario[] {
  return [
    { name: 'more good events than events', counts: { bad: 0, total: 10, good: 11 } },
    { name: 'fewer than no bad events', counts: { bad: -1, total: 10, good: 10 } },
  ].map(({ name, counts }) => ({
    name: `${name} are a ticket, until the counts agree`,
    phases: [sees(PHASE_MINUTES, () => counts), sees(PHASE_MINUTES, none)],
    checks: [fires(FIRING_MINUTE, alert, checked.length), ...quiet(RESET_MINUTE, alert.name)],
  }));
}
