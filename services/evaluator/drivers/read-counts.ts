import { COUNTS } from '../../../domain/metrics/catalogue.ts';
import { COUNT_WINDOWS, type CountGauge } from '../../../domain/metrics/count.ts';
import { WINDOW_MINUTES, type WindowName } from '../../../domain/slo/windows.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import type { CountRow } from '../counts/fold-tail.ts';
import { type MinuteParameters, minutesBack, timeOf } from './minute-sql.ts';

const MONTH: WindowName = '30d';

const isLong = ({ windows }: CountGauge) => windows.includes(MONTH);
const namesOf = (counts: readonly CountGauge[]) => counts.map(({ name }) => name);
const NAMES = {
  long: namesOf(COUNTS.filter(isLong)),
  short: namesOf(COUNTS.filter((count) => !isLong(count))),
};

const AMOUNTS = COUNT_WINDOWS.map(
  (window) => `sumIf(amount, append_minute >= ${minutesBack(WINDOW_MINUTES[window])})`,
);

// What happens all the time is read a day back, the rest a month: each count only as far as it is shown.
const SUMS = `
SELECT metric, tenant_id AS tenant, service, policy_id AS policy, detail, [${AMOUNTS.join(', ')}] AS amounts
FROM metric_minutes FINAL
WHERE append_minute >= ${minutesBack(WINDOW_MINUTES[MONTH])} AND append_minute < ${timeOf('{toMs:Int64}')}
  AND (metric IN {long:Array(String)}
    OR metric IN {short:Array(String)} AND append_minute >= ${minutesBack(WINDOW_MINUTES['1d'])})
GROUP BY metric, tenant_id, service, policy_id, detail
ORDER BY metric, tenant, service, policy, detail`;

/** Amounts of every count that is not 0, as of the end of a closed minute. */
export function readCounts(clickhouse: ClickHouse, at: MinuteParameters): Promise<CountRow[]> {
  return clickhouse.query<CountRow>(SUMS, { ...at, ...NAMES });
}
