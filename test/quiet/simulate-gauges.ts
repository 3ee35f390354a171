import { EVALUATOR_JOB } from '../../domain/slo/metric-names.ts';
import { WINDOW_MINUTES, WINDOW_NAMES } from '../../domain/slo/windows.ts';
import { type Sample, sloSamples } from '../../services/evaluator/metrics.ts';
import { listSeries } from '../../services/evaluator/slo/list-series.ts';
import { type Fleet, type History, simulateHistories } from './fleet.ts';
import { DAY_MINUTES } from './simulate-day.ts';

export const EVALUATOR_LABELS = { instance: 'evaluator-1:7073', job: EVALUATOR_JOB } as const;
const TENANT = 'tenant-a';
const MINUTE_MS = 60_000;
const HISTORY_DAYS = WINDOW_MINUTES['30d'] / DAY_MINUTES;
/** The evaluator says that no data is due after so long without a request. */
const IDLE_MINUTES = WINDOW_MINUTES['1h'];

/** What an evaluator exports minute by minute: values by the text of the series; NaN where it has no sample. */
export interface GaugeTable {
  readonly minutes: number;
  readonly values: ReadonlyMap<string, Float64Array>;
  /** Requests that were simulated within these minutes. */
  readonly requests: number;
}

/**
 * The gauges of a fleet from `fromMinute` on, which is at least 30 days after minute 0, a Monday's midnight: summed from
 * minutes of good and bad events, then judged and listed as the evaluator does. Only those in `read`.
 */
export function simulateGauges(
  fleet: Fleet,
  { fromMinute, minutes }: { readonly fromMinute: number; readonly minutes: number },
  read: ReadonlySet<string>,
): GaugeTable {
  const firstDay = Math.floor(fromMinute / DAY_MINUTES) - HISTORY_DAYS;
  if (firstDay < 0) throw new RangeError('30 days of history must come before the first minute');
  const lastDay = Math.floor((fromMinute + minutes) / DAY_MINUTES);
  const histories = simulateHistories(fleet, firstDay, lastDay - firstDay + 1);
  const rows = new Map<string, { readonly series: string; readonly values: Float64Array }>();
  const rowOf = (gauge: string, labels: Sample['labels']): Float64Array => {
    const key = `${gauge} ${labels.slo} ${labels.service} ${labels.window}`;
    let row = rows.get(key);
    if (row === undefined) {
      const series = seriesText(gauge, { ...labels, ...EVALUATOR_LABELS });
      row = { series, values: new Float64Array(minutes).fill(Number.NaN) };
      rows.set(key, row);
    }
    return row.values;
  };
  for (let index = 0; index < minutes; index++) {
    const minute = fromMinute + index - firstDay * DAY_MINUTES;
    for (const { gauge, labels, value } of exportedAt(fleet, histories, minute)) {
      if (read.has(gauge)) rowOf(gauge, labels)[index] = value;
    }
  }
  const [first] = fleet.slos;
  const end = fromMinute + minutes - firstDay * DAY_MINUTES;
  const requests = histories
    .filter(({ slo }) => slo === first)
    .reduce((sum, history) => sum + history.countsBefore(end, minutes).total, 0);
  const values = new Map([...rows.values()].map((row) => [row.series, row.values]));
  return { minutes, values, requests };
}

/** A series as PromQL and promtool write it. */
export function seriesText(gauge: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return `${gauge}{${pairs.join(',')}}`;
}

function exportedAt({ slos }: Fleet, histories: readonly History[], minute: number): Sample[] {
  const counts = histories.map((history) => ({
    slo: history.slo.name,
    tenant: TENANT,
    service: history.service,
    windows: WINDOW_NAMES.map((window) => history.countsBefore(minute, WINDOW_MINUTES[window])),
    budget: history.countsBefore(minute, WINDOW_MINUTES['30d']),
  }));
  const services = histories
    .filter(({ slo }) => slo === slos[0])
    .map(({ service, countsBefore }) => {
      const idle = countsBefore(minute, IDLE_MINUTES).total === 0;
      return { tenant: TENANT, service, observed: true, idle };
    });
  const clock = { endMs: minute * MINUTE_MS, bucketMs: MINUTE_MS, adjustments: [] };
  return sloSamples(listSeries(slos, services, counts, clock), false);
}
