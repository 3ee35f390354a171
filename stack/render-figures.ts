import type { Figures } from './read-figures.ts';

const NO_DATA = 'no data';

/** The figures as lines of a table for the terminal. A missing number is "no data", never a zero. */
export function renderFigures(figures: Figures, sent: number): string[] {
  return [
    columns(['sent', 'recorded', 'quarantined', 'duplicates', 'lost']),
    columns([sent, figures.recorded, figures.quarantined, figures.duplicates, figures.lost]),
    '',
    columns(['SLI (last hour)', 'tenant', 'value', 'objective', 'burn 5m', 'burn 1h']),
    ...figures.slos.map((slo) =>
      columns([
        slo.slo,
        slo.tenant,
        slo.total === 0 ? NO_DATA : percent(slo.good / slo.total, 2),
        percent(slo.objective, 1),
        rate(slo.burn5m),
        rate(slo.burn1h),
      ]),
    ),
    '',
    columns(['drift', 'tenant', 'PSI', 'p', 'verdict']),
    ...figures.drift.map((row) =>
      columns([row.policy, row.tenant, number(row.psi, 3), number(row.p, 4), words(row.verdict)]),
    ),
    '',
    columns(['false positives', 'tenant', 'rate', '95 % interval', 'labelled blocks']),
    ...figures.review.map((row) =>
      columns([
        'all policies',
        row.tenant,
        row.rate === null ? words(row.verdict) : percent(row.rate, 1),
        row.lower === null || row.upper === null
          ? ''
          : `${percent(row.lower, 1)} to ${percent(row.upper, 1)}`,
        row.labelled,
      ]),
    ),
  ];
}

function columns(cells: readonly (string | number)[]): string {
  return cells
    .map((cell, index) => String(cell).padEnd(index === 0 ? 22 : 15))
    .join(' ')
    .trimEnd();
}

function percent(share: number, digits: number): string {
  return `${(share * 100).toFixed(digits)} %`;
}

function rate(burn: number | null): string {
  return burn === null ? NO_DATA : `${burn.toFixed(1)}×`;
}

function number(value: number | null, digits: number): string {
  return value === null ? NO_DATA : value.toFixed(digits);
}

function words(code: string): string {
  return code.replaceAll('_', ' ');
}
