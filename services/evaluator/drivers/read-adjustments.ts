import type { SloAdjustment } from '../../../domain/slo/adjustments.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import type { AdjustmentSource } from '../ports.ts';
import { msOf, timeOf } from './minute-sql.ts';

/** As much as any period of a budget reaches back, with what may still be corrected of the one before. */
const KEPT_DAYS = 800;

/**
 * Who declares something cannot say that it was declared before Kafka had it: only what was announced in time leaves
 * burn windows.
 */
const ADJUSTMENTS = `
SELECT tenant_id AS tenant, slo, ifNull(service, '*') AS service, toString(kind) AS kind,
  ${msOf('from_time')} AS fromMs, if(until_time IS NULL, NULL, toUnixTimestamp64Milli(assumeNotNull(until_time))) AS untilMs,
  greatest(${msOf('declared_at')}, ${msOf('append_time')}) AS declaredAtMs
FROM slo_adjustments
WHERE append_time >= ${timeOf(`{beforeMs:Int64} - ${KEPT_DAYS} * 86400000`)} AND append_time < ${timeOf('{beforeMs:Int64}')}
ORDER BY topic, partition, offset`;

/** Adjustments of budgets as they were recorded. */
export function createAdjustmentSource(clickhouse: ClickHouse): AdjustmentSource {
  return { read: (beforeMs) => clickhouse.query<SloAdjustment>(ADJUSTMENTS, { beforeMs }) };
}
