import { ALERTS } from '../../domain/slo/metric-names.ts';
import type { RuleGroup } from '../../domain/slo/rule-shapes.ts';
import { type Answer, type Ask, runPromtool } from './run-promtool.ts';
import { alertConditions } from './screen-rules.ts';
import type { GaugeTable } from './simulate-gauges.ts';
import { writeSeries } from './write-series.ts';

/** The generated rules: the file that Prometheus reads, and what stands in it. */
export interface Rules {
  readonly file: string;
  readonly groups: readonly RuleGroup[];
}

/** Firing of one alert, whose labels these are. */
export interface Firing {
  readonly labels: Readonly<Record<string, string>>;
  /** How often it began to fire. */
  readonly starts: number;
}

/**
 * A table is looked at in chunks of so many minutes, which end at multiples of it; minute 0 belongs to none. promtool
 * refuses questions that load more than 10,000 samples.
 */
export const CHUNK_MINUTES = 120;

/** Names of the alerts whose condition holds at any minute of a chunk, by the end of the chunk; only where there are any. */
export async function screenChunks(
  rules: Rules,
  table: GaugeTable,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const ends = chunkEnds(table);
  const conditions = alertConditions(rules.groups);
  const holds = (expr: string): string => `sum(count_over_time((${expr})[${CHUNK_MINUTES - 1}m:1m]))`;
  const asks = ends.flatMap((minute): Ask[] => [
    { name: `${minute} seen`, minute, expr: holds('docket_blind == 0') },
    ...conditions.map(({ alert, expr }, index) => ({
      name: `${minute} ${alert} ${index}`,
      minute,
      expr: holds(expr),
    })),
  ]);
  const series = writeSeries(table, 0, table.minutes - 1);
  const answers = await runPromtool({ ruleFile: null, series, evaluateEveryMinutes: CHUNK_MINUTES, asks });
  mustHaveSeen(answers, ends);
  const found = new Map<number, string[]>();
  for (const name of answers.keys()) {
    const [minute, alert = ''] = name.split(' ');
    if (alert === 'seen') continue;
    found.set(Number(minute), [...(found.get(Number(minute)) ?? []), alert]);
  }
  return found;
}

/**
 * What fires when the real rules are evaluated minute by minute over the chunks that end from `firstEnd` to `lastEnd`:
 * by the end of the chunk in which it begins. What fires before stands in none.
 */
export async function evaluateChunks(
  rules: Rules,
  table: GaugeTable,
  firstEnd: number,
  lastEnd: number,
): Promise<ReadonlyMap<number, readonly Firing[]>> {
  const from = firstEnd - CHUNK_MINUTES;
  const ends = chunkEnds(table).filter((end) => end >= firstEnd && end <= lastEnd);
  const ofSlo = rules.groups.map(({ rules: [rule] }) => rule?.labels?.slo ?? '');
  const asks = ends.flatMap((end): Ask[] => {
    const minute = end - from;
    const during = `[${CHUNK_MINUTES - 1}m:1m]`;
    const watchdog = `ALERTS{alertname="${ALERTS.watchdog}",alertstate="firing"}`;
    const starts = [...new Set(ofSlo)].map((slo) => {
      const firing = `ALERTS{alertstate="firing",alertname!="${ALERTS.watchdog}",slo="${slo}"}`;
      return {
        name: `${end} ${slo}`,
        minute,
        expr: `count_over_time((${firing} unless ${firing} offset 1m)${during})`,
      };
    });
    return [{ name: `${end} seen`, minute, expr: `sum(count_over_time(${watchdog}${during}))` }, ...starts];
  });
  const series = writeSeries(table, from, lastEnd);
  const answers = await runPromtool({ ruleFile: rules.file, series, evaluateEveryMinutes: 1, asks });
  mustHaveSeen(answers, ends);
  const found = new Map<number, Firing[]>();
  for (const [name, firings] of answers) {
    if (name.endsWith(' seen')) continue;
    const end = Number(name.split(' ')[0]);
    const begun = firings.map(({ labels, value }) => ({ labels, starts: value }));
    found.set(end, [...(found.get(end) ?? []), ...begun]);
  }
  return found;
}

function chunkEnds({ minutes }: GaugeTable): readonly number[] {
  const chunks = Math.floor((minutes - 1) / CHUNK_MINUTES);
  return Array.from({ length: chunks }, (_, index) => (index + 1) * CHUNK_MINUTES);
}

// A run that sees nothing is not a quiet one.
function mustHaveSeen(answers: ReadonlyMap<string, readonly Answer[]>, ends: readonly number[]): void {
  for (const end of ends) {
    const seen = answers.get(`${end} seen`)?.[0]?.value;
    if (seen !== CHUNK_MINUTES) {
      throw new Error(`promtool saw ${seen ?? 0} of ${CHUNK_MINUTES} minutes up to ${end}`);
    }
  }
}
