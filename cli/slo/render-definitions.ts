import { badToAlert, COUNT_LIMITS } from '../../domain/slo/absolute-alerts.ts';
import { POISSON_Z, TIERS, tierErrorShare, tierFactor } from '../../domain/slo/burn-rate.ts';
import {
  type AbsoluteSlo,
  nominalDays,
  type RatioSlo,
  type Slo,
  windowDuration,
} from '../../domain/slo/definition.ts';
import { minBadOf, RATIO_BOUNDS, tierSeverity } from '../../domain/slo/slo-alerts.ts';
import { renderColumns } from './render-columns.ts';

/** SLOs as a table: what each promises, and below it when it alerts. */
export function renderDefinitions(slos: readonly Slo[]): string {
  const rows = slos.flatMap((slo) => [
    [slo.name, slo.tenant, slo.service, describeObjective(slo), describeWindow(slo)],
    ...describeAlerts(slo).map((alert) => ['', '', '', ...alert]),
  ]);
  return renderColumns(['SLO', 'TENANT', 'SERVICE', 'OBJECTIVE, AND WHEN IT ALERTS', 'BUDGET'], rows);
}

/** An objective in words, such as `99 % of decision-latency within 50 ms`. */
export function describeObjective(slo: Slo): string {
  const { indicator } = slo;
  const what =
    indicator.kind === 'decision-latency'
      ? `${indicator.kind} within ${indicator.thresholdMs} ms`
      : indicator.kind;
  if (slo.budgeting === 'absolute') return `at most ${slo.maxCount} bad of ${what}`;
  if (slo.budgeting === 'occurrences') return `${percent(slo.objective)} of ${what}`;
  return `${percent(slo.objective)} of ${slo.sliceMinutes}m slices, each with ${percent(slo.sliceObjective)} of ${what}`;
}

/** A budget's window in words, such as `1M of the calendar, Europe/Berlin`. */
export function describeWindow({ window }: Pick<Slo, 'window'>): string {
  const duration = windowDuration(window);
  return window.kind === 'rolling'
    ? `${duration} rolling`
    : `${duration} of the calendar, ${window.timeZone}`;
}

function describeAlerts(slo: Slo): string[][] {
  if (slo.budgeting === 'absolute') return countAlerts(slo);
  if (slo.alerting === 'burn-rate') return tierAlerts(slo);
  return RATIO_BOUNDS.map(({ window, minTotal, z, severity }) => [
    `  ${slo.severity === 'ticket' ? 'ticket' : severity}: under the objective over ${window}`,
    `from ${minTotal} events on, by a Poisson bound, z ${z}`,
  ]);
}

function tierAlerts(slo: RatioSlo): string[][] {
  const days = nominalDays(slo.window);
  return TIERS.map((tier) => {
    const share = percent(tierErrorShare(tier, slo.objective, days));
    const gate =
      tier.gate.kind === 'min-bad'
        ? `from ${minBadOf(slo, tier.gate.minBad)} bad on`
        : `by a Poisson bound, z ${POISSON_Z}`;
    const factor = tierFactor(tier, days);
    return [
      `  ${tierSeverity(slo, tier)}: burn above ${factor} over ${tier.long} and ${tier.short} (${share} bad)`,
      gate,
    ];
  });
}

function countAlerts(slo: AbsoluteSlo): string[][] {
  const severityOf = (severity: string) => (slo.severity === 'ticket' ? 'ticket' : severity);
  return [
    ...COUNT_LIMITS.map((limit) => [
      `  ${severityOf(limit.severity)}: ${badToAlert(limit, slo.maxCount)} bad over ${limit.window}`,
      '',
    ]),
    [`  ${severityOf('page')}: all of the budget spent; ticket: half of it`, ''],
  ];
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}
