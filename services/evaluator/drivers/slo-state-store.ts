import { WINDOW_NAMES } from '../../../domain/slo/windows.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import type { WindowCounts } from '../slo/judge-window.ts';
import type { SloSeries } from '../slo/list-series.ts';
import type { SloStateStore } from '../slo/state-store.ts';
import { toClickHouseTime } from './minute-sql.ts';

/** Keeps what objectives stand at in the table slo_state. */
export function createSloStateStore(clickhouse: ClickHouse): SloStateStore {
  return {
    save: async (series, endMs) => {
      if (series.length > 0)
        await clickhouse.insertRows(
          'slo_state',
          series.map((one) => rowOf(one, endMs)),
        );
    },
  };
}

function rowOf(series: SloSeries, endMs: number): object {
  const of = (name: keyof WindowCounts) => series.windows.map((window) => window[name]);
  return {
    tenant_id: series.tenant,
    slo: series.slo,
    service: series.service,
    end_minute: toClickHouseTime(endMs),
    windows: WINDOW_NAMES,
    good: of('good'),
    bad: of('bad'),
    total: of('total'),
    unknown: of('unknown'),
    late: of('late'),
    empty: of('empty'),
    expected: series.expected,
    self_reported: series.selfReported,
    budget_remaining: series.budgetRemaining,
    budget_start: series.budgetStartMs === null ? null : toClickHouseTime(series.budgetStartMs),
  };
}
