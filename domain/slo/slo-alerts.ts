import {
  allowedBadShare,
  FOUR_TIMES_TIER_WINDOW,
  POISSON_Z,
  type Severity,
  TIERS,
  type Tier,
  tierFactor,
} from './burn-rate.ts';
import type { Slo } from './definition.ts';
import { ALERTS, type AlertName, GAUGES, RECORDED } from './metric-names.ts';
import type { WindowName } from './windows.ts';

/** One alert of one SLO, before it becomes a rule. `condition` is PromQL over the recorded series. */
export type SloAlert = {
  readonly name: AlertName;
  readonly severity: Severity;
  /** The window in the alert's labels; null where it judges several. */
  readonly window: WindowName | null;
  readonly condition: string;
  readonly forSeconds: number;
  /** Short, for the summary. */
  readonly what: string;
  readonly describe: (value: string) => string;
  readonly valueFormat: '%.0f' | '%.1f';
};

/** Bounds of an SLO that alerts on its ratio: quick for the many, slow for those with little traffic. */
export const RATIO_BOUNDS: readonly {
  readonly window: WindowName;
  readonly minTotal: number;
  readonly forSeconds: number;
  readonly severity: Severity;
}[] = [
  { window: '30m', minTotal: 100, forSeconds: 600, severity: 'page' },
  { window: '1d', minTotal: 100, forSeconds: 3600, severity: 'ticket' },
];

/** From this many events on, a window in which every one failed makes a ticket. */
const ALL_BAD_MIN = 3;
/** Too little traffic for any gate must not mean silence, so long windows count too. */
const ALL_BAD_WINDOWS: readonly WindowName[] = ['6h', '1d', '3d'];
/** An expected series without an event in this window has no data. */
const NO_DATA_WINDOW: WindowName = '1h';

const FOR_SECONDS: Readonly<Record<Severity, number>> = { page: 60, ticket: 300 };

/** Every alert of an SLO, in the order of its rules. */
export function sloAlerts(slo: Slo): readonly SloAlert[] {
  const byIndicator =
    slo.alerting === 'burn-rate' ? TIERS.map((tier) => burnRateAlert(slo, tier)) : ratioAlerts(slo);
  return [...byIndicator, allBadAlert(slo), noDataAlert(slo), goodExceedsTotalAlert(slo)];
}

/** The severity a tier alerts with, after the SLO has had its say. */
function tierSeverity(slo: Slo, tier: Tier): Severity {
  if (slo.severity === 'ticket') return 'ticket';
  return slo.pageAtFourTimes && tier.long === FOUR_TIMES_TIER_WINDOW ? 'page' : tier.severity;
}

function burnRateAlert(slo: Slo, tier: Tier): SloAlert {
  const factor = tierFactor(tier, slo.windowDays);
  const severity = tierSeverity(slo, tier);
  const burning = (window: WindowName): string => `${select(RECORDED.burnRate, slo, window)} > ${factor}`;
  return {
    name: ALERTS.burnRate,
    severity,
    window: tier.long,
    condition: [burning(tier.long), burning(tier.short), gate(slo, tier)].join('\nand ignoring (window) '),
    forSeconds: FOR_SECONDS[severity],
    what: `the error budget burns too fast over ${tier.long}`,
    describe: (value) =>
      `Over ${tier.long}, events fail at ${value} times the rate that the objective ${slo.objective} allows; ` +
      `this alert starts at ${factor} times, over ${tier.long} and ${tier.short} both.`,
    valueFormat: '%.1f',
  };
}

// Gates look at the long window: few failures are no trend, yet a gate on 1 h would never let a tenant with two
// events an hour alert at all.
function gate(slo: Slo, tier: Tier): string {
  const bad = select(RECORDED.bad, slo, tier.long);
  if (tier.gate.kind === 'min-bad') return `${bad} >= ${tier.gate.minBad}`;
  const allowed = Number((tierFactor(tier, slo.windowDays) * allowedBadShare(slo.objective)).toPrecision(12));
  const lowerBound = `${bad} * (1 - 1 / (9 * ${bad}) - ${POISSON_Z} / (3 * sqrt(${bad}))) ^ 3`;
  return `${lowerBound} > ${allowed} * ${select(RECORDED.total, slo, tier.long)}`;
}

function ratioAlerts(slo: Slo): readonly SloAlert[] {
  const allowed = allowedBadShare(slo.objective);
  return RATIO_BOUNDS.map(({ window, minTotal, forSeconds, severity }) => {
    const total = select(RECORDED.total, slo, window);
    return {
      name: ALERTS.ratioBound,
      severity: slo.severity === 'ticket' ? 'ticket' : severity,
      window,
      condition:
        `100 * ${select(RECORDED.bad, slo, window)} / (${total} > 0) > ${Number((100 * allowed).toPrecision(12))}` +
        `\nand ${total} >= ${minTotal}`,
      forSeconds,
      what: `the share of good events is under the objective over ${window}`,
      describe: (value) =>
        `Over ${window}, ${value} % of events are bad; the objective ${slo.objective} allows ` +
        `${Number((100 * allowed).toPrecision(12))} %. Judged from ${minTotal} events on.`,
      valueFormat: '%.1f',
    };
  });
}

function allBadAlert(slo: Slo): SloAlert {
  const windows = `window=~"${ALL_BAD_WINDOWS.join('|')}"`;
  const bad = `${RECORDED.bad}{slo="${slo.name}",${windows}}`;
  const total = `${RECORDED.total}{slo="${slo.name}",${windows}}`;
  return {
    name: ALERTS.allBad,
    severity: 'ticket',
    window: null,
    condition: `max without (window) ((${bad} == ${total}) >= ${ALL_BAD_MIN})`,
    forSeconds: FOR_SECONDS.ticket,
    what: 'every event fails',
    describe: (value) => `All ${value} events of a window of ${ALL_BAD_WINDOWS.join(', ')} are bad.`,
    valueFormat: '%.0f',
  };
}

function noDataAlert(slo: Slo): SloAlert {
  const total = select(RECORDED.total, slo, NO_DATA_WINDOW);
  return {
    name: ALERTS.noData,
    severity: 'ticket',
    window: null,
    condition:
      `${RECORDED.expected}{slo="${slo.name}"} == 1` + `\nunless on (slo, tenant, service) ${total} > 0`,
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
    forSeconds: FOR_SECONDS.ticket,
    what: 'the counts contradict each other',
    describe: (value) => `${value} windows count more good events than events, or fewer than no bad ones.`,
    valueFormat: '%.0f',
  };
}

function select(metric: string, slo: Slo, window: WindowName): string {
  return `${metric}{slo="${slo.name}",window="${window}"}`;
}
