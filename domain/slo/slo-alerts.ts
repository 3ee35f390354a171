import { absoluteAlerts } from './absolute-alerts.ts';
import type { AlertCondition } from './alert-conditions.ts';
import { BASELINE_MIN_BAD, baselineAlert } from './baseline-alert.ts';
import {
  allowedBadShare,
  FOUR_TIMES_TIER_WINDOW,
  POISSON_Z,
  type Severity,
  TIERS,
  type Tier,
  tierErrorShare,
  tierFactor,
} from './burn-rate.ts';
import { nominalDays, type OccurrencesSlo, type RatioSlo, type Slo } from './definition.ts';
import { ALERTS, GAUGES, RECORDED } from './metric-names.ts';
import { type SloAlert, selectWindow as select } from './slo-alert.ts';
import { systemWideAlerts } from './system-wide-alerts.ts';
import type { WindowName } from './windows.ts';

/** Bounds of an SLO that alerts on its ratio: quick for the many, slow for those with little traffic. */
export const RATIO_BOUNDS: readonly {
  readonly window: WindowName;
  readonly minTotal: number;
  /** z of the one-sided bound under which a breach may be chance: a page is judged every minute of every night. */
  readonly z: number;
  readonly forSeconds: number;
  readonly severity: Severity;
}[] = [
  { window: '30m', minTotal: 100, z: 3.09, forSeconds: 600, severity: 'page' },
  { window: '1d', minTotal: 100, z: POISSON_Z, forSeconds: 3600, severity: 'ticket' },
];

/** From this many events on, a window in which every one failed makes a ticket. */
export const ALL_BAD_MIN = 3;
/** Too little traffic for any gate must not mean silence, so long windows count too. */
const ALL_BAD_WINDOWS: readonly WindowName[] = ['6h', '1d', '3d'];
/** An expected series without an event in this window has no data. */
export const NO_DATA_WINDOW: WindowName = '1h';

const FOR_SECONDS: Readonly<Record<Severity, number>> = { page: 60, ticket: 300 };

/** Every alert of an SLO, in the order of its rules: those that read the pages of others come last. */
export function sloAlerts(slo: Slo, timescale = 1): readonly SloAlert[] {
  const always = [noDataAlert(slo), goodExceedsTotalAlert(slo), ...systemWideAlerts(slo)];
  // A count pages long before every event of a window need fail.
  if (slo.budgeting === 'absolute') return [...absoluteAlerts(slo, FOR_SECONDS), ...always];
  const byRatio = slo.alerting === 'burn-rate' ? burnRateAlerts(slo, timescale) : ratioAlerts(slo);
  return [...byRatio, allBadAlert(slo), ...always];
}

function burnRateAlerts(slo: RatioSlo, timescale: number): SloAlert[] {
  const minBad = minBadOf(slo, BASELINE_MIN_BAD);
  return [
    ...TIERS.map((tier) => burnRateAlert(slo, tier)),
    baselineAlert(slo, { minBad, forSeconds: FOR_SECONDS.ticket, timescale }),
  ];
}

/** Failures that the long window must hold before a tier fires: so many events, or so many minutes of slices. */
export function minBadOf(slo: RatioSlo, minBad: number): number {
  return slo.budgeting === 'timeslices' ? Math.ceil(minBad / slo.sliceMinutes) : minBad;
}

/** What there was to judge. A slice without traffic is good, and is no sign of life. */
function active(slo: Slo): string {
  return slo.budgeting === 'timeslices' ? RECORDED.active : RECORDED.total;
}

/** What an SLO counts, in words. */
function countedBy(slo: RatioSlo): string {
  return slo.budgeting === 'timeslices' ? `slices of ${slo.sliceMinutes} minutes` : 'events';
}

/** How long a rule of this severity waits before it fires, in unscaled seconds. */
export function alertForSeconds(severity: Severity): number {
  return FOR_SECONDS[severity];
}

/** The severity a tier alerts with, after the SLO's policy has had its say. */
export function tierSeverity(slo: Pick<RatioSlo, 'severity' | 'pageAtFourTimes'>, tier: Tier): Severity {
  if (slo.severity === 'ticket') return 'ticket';
  return slo.pageAtFourTimes && tier.long === FOUR_TIMES_TIER_WINDOW ? 'page' : tier.severity;
}

function burnRateAlert(slo: RatioSlo, tier: Tier): SloAlert {
  const factor = tierFactor(tier, nominalDays(slo.window));
  const severity = tierSeverity(slo, tier);
  const burning = (window: WindowName): string => `${select(RECORDED.burnRate, slo, window)} > ${factor}`;
  return {
    name: ALERTS.burnRate,
    severity,
    window: tier.long,
    condition: [burning(tier.long), burning(tier.short), gate(slo, tier)].join('\nand ignoring (window) '),
    conditions: [
      { kind: 'burn-above', window: tier.long, factor },
      { kind: 'burn-above', window: tier.short, factor },
      gateCondition(slo, tier),
    ],
    forSeconds: FOR_SECONDS[severity],
    what: `the error budget burns too fast over ${tier.long}`,
    describe: (value) =>
      `Over ${tier.long}, ${countedBy(slo)} fail at ${value} times the rate that the objective ${slo.objective} allows; ` +
      `this alert starts at ${factor} times, over ${tier.long} and ${tier.short} both.`,
    valueFormat: '%.1f',
  };
}

// Gates look at the long window: few failures are no trend, yet a gate on 1 h would never let a tenant with two
// events an hour alert at all.
function gate(slo: RatioSlo, tier: Tier): string {
  const bad = select(RECORDED.bad, slo, tier.long);
  if (tier.gate.kind === 'min-bad') return `${bad} >= ${minBadOf(slo, tier.gate.minBad)}`;
  const allowed = tierErrorShare(tier, slo.objective, nominalDays(slo.window));
  return `${lowerBoundOf(bad, POISSON_Z)} > ${allowed} * ${select(RECORDED.total, slo, tier.long)}`;
}

/** `poissonLowerBound` in PromQL. */
function lowerBoundOf(bad: string, z: number): string {
  return `${bad} * (1 - 1 / (9 * ${bad}) - ${z} / (3 * sqrt(${bad}))) ^ 3`;
}

function gateCondition(slo: RatioSlo, tier: Tier): AlertCondition {
  const window = tier.long;
  if (tier.gate.kind === 'min-bad')
    return { kind: 'bad-at-least', window, least: minBadOf(slo, tier.gate.minBad) };
  const allowedShare = tierErrorShare(tier, slo.objective, nominalDays(slo.window));
  return { kind: 'poisson-above', window, allowedShare, z: POISSON_Z };
}

function ratioAlerts(slo: OccurrencesSlo): readonly SloAlert[] {
  const allowed = allowedBadShare(slo.objective);
  return RATIO_BOUNDS.map(({ window, minTotal, z, forSeconds, severity }) => {
    const bad = select(RECORDED.bad, slo, window);
    const total = select(RECORDED.total, slo, window);
    return {
      name: ALERTS.ratioBound,
      severity: slo.severity === 'ticket' ? 'ticket' : severity,
      window,
      condition:
        `100 * ${bad} / (${total} > 0) > ${Number((100 * allowed).toPrecision(12))}` +
        `\nand ${lowerBoundOf(bad, z)} > ${allowed} * ${total}` +
        `\nand ${total} >= ${minTotal}`,
      conditions: [
        { kind: 'bad-percent-above', window, percent: Number((100 * allowed).toPrecision(12)) },
        { kind: 'poisson-above', window, allowedShare: allowed, z },
        { kind: 'total-at-least', window, least: minTotal },
      ],
      forSeconds,
      what: `the share of good events is under the objective over ${window}`,
      describe: (value) =>
        `Over ${window}, ${value} % of events are bad; the objective ${slo.objective} allows ` +
        `${Number((100 * allowed).toPrecision(12))} %. Judged from ${minTotal} events on, where chance does not explain it.`,
      valueFormat: '%.1f',
    };
  });
}

function allBadAlert(slo: RatioSlo): SloAlert {
  const windows = `window=~"${ALL_BAD_WINDOWS.join('|')}"`;
  const bad = `${RECORDED.bad}{slo="${slo.name}",${windows}}`;
  const total = `${active(slo)}{slo="${slo.name}",${windows}}`;
  return {
    name: ALERTS.allBad,
    severity: 'ticket',
    window: null,
    condition: `max without (window) ((${bad} == ${total}) >= ${ALL_BAD_MIN})`,
    conditions: [{ kind: 'all-bad', windows: ALL_BAD_WINDOWS, least: ALL_BAD_MIN }],
    forSeconds: FOR_SECONDS.ticket,
    what: 'every event fails',
    describe: (value) =>
      `All ${value} ${slo.budgeting === 'timeslices' ? 'slices with traffic' : 'events'} of a window of ${ALL_BAD_WINDOWS.join(', ')} are bad.`,
    valueFormat: '%.0f',
  };
}

function noDataAlert(slo: Slo): SloAlert {
  const total = select(active(slo), slo, NO_DATA_WINDOW);
  return {
    name: ALERTS.noData,
    severity: 'ticket',
    window: null,
    condition:
      `${RECORDED.expected}{slo="${slo.name}"} == 1` + `\nunless on (slo, tenant, service) ${total} > 0`,
    conditions: [{ kind: 'due' }, { kind: 'none-counted', window: NO_DATA_WINDOW }],
    forSeconds: FOR_SECONDS.ticket,
    what: 'no data',
    describe: () => `Data is due, but no event counted in ${NO_DATA_WINDOW}. Silence is not health.`,
    valueFormat: '%.0f',
  };
}

function goodExceedsTotalAlert(slo: Slo): SloAlert {
  const of = (gauge: string): string => `${gauge}{slo="${slo.name}"}`;
  return {
    name: ALERTS.goodExceedsTotal,
    severity: 'ticket',
    window: null,
    // Compared within each evaluator, before replicas are merged: two that differ in age are no contradiction.
    condition:
      `count without (instance, job, window) (${of(GAUGES.good)} > ${of(GAUGES.total)} ` +
      `or ${of(GAUGES.bad)} < 0)`,
    conditions: [{ kind: 'contradiction' }],
    forSeconds: FOR_SECONDS.ticket,
    what: 'the counts contradict each other',
    describe: (value) => `${value} windows count more good events than events, or fewer than no bad ones.`,
    valueFormat: '%.0f',
  };
}
