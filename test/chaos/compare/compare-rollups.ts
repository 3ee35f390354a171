import type { ClickHouse } from '../../../platform/clickhouse/client.ts';

export interface RollupFigures {
  /** Cells (minute, service, outcome) of the closed minutes, as the raw rows have them. */
  readonly cells: number;
  readonly mismatch: number;
  readonly examples: readonly object[];
}

/** Minute by minute: what the evaluator stored while everything fell over, and what the raw rows say now. */
export async function compareRollups(clickhouse: ClickHouse, minuteMs: number): Promise<RollupFigures> {
  const closedUntil = await readClosedUntil(clickhouse);
  const cells = `
    SELECT minute, service, outcome, sumIf(n, is_raw) AS raw, sumIf(n, NOT is_raw) AS rolled_up FROM (
      SELECT intDiv(toUnixTimestamp64Milli(append_time), {minuteMs: Int64}) AS minute, toString(service) AS service,
        toString(outcome) AS outcome, toInt64(count()) AS n, true AS is_raw
      FROM decisions WHERE toUnixTimestamp64Milli(append_time) < {until: Int64} GROUP BY minute, service, outcome
      UNION ALL
      SELECT intDiv(toUnixTimestamp64Milli(append_minute), {minuteMs: Int64}) AS minute, toString(service) AS service,
        toString(outcome) AS outcome, toInt64(sum(decisions)) AS n, false AS is_raw
      FROM decision_minutes FINAL WHERE toUnixTimestamp64Milli(append_minute) < {until: Int64}
      GROUP BY minute, service, outcome
    ) GROUP BY minute, service, outcome`;
  const parameters = { minuteMs, until: closedUntil };
  const [counts] = await clickhouse.query<{ cells: number; mismatch: number }>(
    `SELECT countIf(raw > 0) AS cells, countIf(raw != rolled_up) AS mismatch FROM (${cells})`,
    parameters,
  );
  const examples = await clickhouse.query<object>(
    `SELECT * FROM (${cells}) WHERE raw != rolled_up ORDER BY minute LIMIT 20`,
    parameters,
  );
  return { cells: counts?.cells ?? 0, mismatch: counts?.mismatch ?? 0, examples };
}

/** End of the last closed minute, in milliseconds since 1970. */
export async function readClosedUntil(clickhouse: ClickHouse): Promise<number> {
  const [row] = await clickhouse.query<{ until: number }>(
    'SELECT toUnixTimestamp64Milli(max(watermark)) AS until FROM closed_minutes',
  );
  return row?.until ?? 0;
}
