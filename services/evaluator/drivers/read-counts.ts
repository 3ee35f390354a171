import { DISTINCT_COUNTS, SUMMED_COUNTS } from '../../../domain/metrics/catalogue.ts';
import { COUNT_WINDOWS, type CountGauge } from '../../../domain/metrics/count.ts';
import { WINDOW_MINUTES, type WindowName } from '../../../domain/slo/windows.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import type { CountRow } from '../counts/fold-tail.ts';
import { type MinuteParameters, minutesBack, timeOf } from './minute-sql.ts';

const MONTH: WindowName = '30d';

// Sums read a day of what happens all the time and a month of the rest: each count only as far as it is shown.
function sums(label: string, amount: (since: string) => string): string {
  const amounts = COUNT_WINDOWS.map((window) => amount(minutesBack(WINDOW_MINUTES[window])));
  return `
SELECT metric, tenant_id AS tenant, service, policy_id AS policy, label AS detail, [${amounts.join(', ')}] AS amounts
FROM (
  SELECT metric, append_minute, tenant_id, service, policy_id, detail AS thing, amount, ${label} AS label
  FROM metric_minutes FINAL
  WHERE metric IN {metrics:Array(String)} AND append_minute >= ${timeOf('{toMs:Int64} - {backMinutes:Int64} * {bucketMs:Int64}')}
    AND append_minute < ${timeOf('{toMs:Int64}')}
)
GROUP BY metric, tenant_id, service, policy_id, label
ORDER BY metric, tenant, service, policy, detail`;
}

const SUMS = sums('detail', (since) => `sumIf(amount, append_minute >= ${since})`);
const DISTINCT = sums("''", (since) => `uniqExactIf(thing, append_minute >= ${since})`);

/** Amounts of every count that is not 0, as of the end of a closed minute. */
export async function readCounts(clickhouse: ClickHouse, at: MinuteParameters): Promise<CountRow[]> {
  const read = (sql: string, counts: readonly CountGauge[], back: WindowName) =>
    clickhouse.query<CountRow>(sql, {
      ...at,
      metrics: counts.map(({ name }) => name),
      backMinutes: WINDOW_MINUTES[back],
    });
  const isLong = ({ windows }: CountGauge) => windows.includes(MONTH);
  const short = await read(
    SUMS,
    SUMMED_COUNTS.filter((count) => !isLong(count)),
    '1d',
  );
  const long = await read(SUMS, SUMMED_COUNTS.filter(isLong), MONTH);
  return [...short, ...long, ...(await read(DISTINCT, DISTINCT_COUNTS, '1d'))];
}
