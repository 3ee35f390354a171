import type { WindowName } from '../../domain/slo/windows.ts';
import type { WindowCounts } from '../../services/evaluator/slo/judge-window.ts';
import type { BudgetFigure, SeriesFigures, SloReport } from './read-report.ts';
import { renderColumns } from './render-columns.ts';
import { describeObjective, describeWindow } from './render-definitions.ts';

const BURN_WINDOWS: readonly WindowName[] = ['5m', '1h', '6h', '1d', '3d'];
const NO_DATA = 'no data';

/** A report as a table. What is not known is "no data", never a zero. */
export function renderReport({ untilMs, series }: SloReport): string {
  if (untilMs === null) return 'no data: the evaluator has not closed a minute yet';
  const head = `Up to ${iso(untilMs)}, the last closed minute. Burn 1 spends the budget in exactly its window.`;
  if (series.length === 0) return `${head}\nno data: no service of these objectives was ever heard of`;
  const headings = [
    'SLO',
    'TENANT',
    'SERVICE',
    'BUDGET LEFT',
    'BAD',
    'OF',
    ...BURN_WINDOWS.map((one) => `BURN ${one}`),
  ];
  const rows = series.map((one) => [
    ...[one.slo.name, one.tenant, one.service, share(one.budget.remaining)],
    ...[String(one.budget.counts.bad), describeTotal(one.budget.counts)],
    ...BURN_WINDOWS.map((window) => describeBurn(one, window)),
  ]);
  return [
    head,
    '',
    renderColumns(
      [...headings, 'BUDGET'],
      rows.map((row, index) => [...row, describe(series[index])]),
    ),
  ].join('\n');
}

function describe(one: SeriesFigures | undefined): string {
  if (one === undefined) return '';
  const { slo, budget, previous } = one;
  const since = budget.startMs > budget.period.fromMs ? `, reset at ${iso(budget.startMs)}` : '';
  const before =
    previous === null ? '' : `; before: ${share(previous.remaining)} left${describeClosing(previous)}`;
  return `${describeObjective(slo)}, ${describeWindow(slo)}${since}${before}`;
}

function describeClosing({ period, isClosed }: NonNullable<SeriesFigures['previous']>): string {
  return isClosed ? ', closed' : `, open until ${iso(period.closesMs ?? period.toMs)}`;
}

function describeBurn({ slo, windows }: SeriesFigures, window: WindowName): string {
  const found = windows.find((one) => one.window === window);
  if (found === undefined || found.counts.total === found.counts.empty) return NO_DATA;
  if (slo.budgeting === 'absolute') return `${found.counts.bad} bad`;
  return found.burnRate === null ? NO_DATA : `${Number(found.burnRate.toPrecision(3))}×`;
}

function describeTotal({ total, empty }: WindowCounts): string {
  return empty === 0 ? String(total) : `${total} slices, ${empty} empty`;
}

function share(remaining: number | null): string {
  if (remaining === null) return NO_DATA;
  // Not rounded up to a whole budget, nor down to none.
  const percent = Math.floor(10_000 * remaining) / 100;
  return `${percent} %`;
}

/** The report as JSON: names in snake_case, times as RFC 3339, null where there is no data. */
export function reportToJson({ untilMs, series }: SloReport): object {
  return { until: untilMs === null ? null : iso(untilMs), slos: series.map(seriesToJson) };
}

function seriesToJson({ slo, tenant, service, expected, budget, previous, windows }: SeriesFigures): object {
  return {
    ...{ slo: slo.name, tenant, service, expected, budgeting: slo.budgeting },
    objective: slo.budgeting === 'absolute' ? null : slo.objective,
    max_count: slo.budgeting === 'absolute' ? slo.maxCount : null,
    budget: budgetToJson(budget),
    previous: previous === null ? null : { ...budgetToJson(previous), closed: previous.isClosed },
    windows: Object.fromEntries(
      windows.map(({ window, counts, burnRate }) => [window, { ...counts, burn_rate: burnRate }]),
    ),
  };
}

function budgetToJson({ period, startMs, counts, remaining }: BudgetFigure): object {
  const { good, bad, total, unknown, empty } = counts;
  return {
    ...{ remaining, from: iso(period.fromMs), to: iso(period.toMs), start: iso(startMs) },
    closes: period.closesMs === null ? null : iso(period.closesMs),
    ...{ good, bad, total, unknown, empty },
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
