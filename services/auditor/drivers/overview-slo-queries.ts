import { WINDOW_MINUTES, WINDOW_NAMES, type WindowName } from '../../../domain/slo/windows.ts';
import type { ClosedRange, Counts, PolicyInForce, SloState } from '../overview/overview-data.ts';
import { type BoundedReader, tenantSelect } from './tenant-select.ts';

const MAX_SERIES = 2000;

interface StateRow {
  readonly slo: string;
  readonly service: string;
  readonly until_ms: number;
  readonly windows: readonly string[];
  readonly bad: readonly number[];
  readonly total: readonly number[];
  readonly unknown: readonly number[];
  readonly expected: boolean | number;
  readonly budget_remaining: number | null;
  readonly start_ms: number | null;
}

/** What every objective stands at, as the evaluator exports it. */
export async function readSlos(reader: BoundedReader, tenant: string): Promise<SloState[]> {
  const statement = tenantSelect({
    columns: `slo, service, toUnixTimestamp64Milli(end_minute) AS until_ms, windows, bad, total, unknown, expected,
      budget_remaining, toUnixTimestamp64Milli(budget_start) AS start_ms`,
    from: 'slo_state FINAL',
    tail: `ORDER BY slo, service LIMIT ${MAX_SERIES}`,
  });
  const rows = await reader.rows<StateRow>('overview_slos', tenant, statement);
  return rows.map((row) => ({
    slo: row.slo,
    service: row.service,
    untilMs: row.until_ms,
    windows: windowsOf(row),
    expected: Boolean(row.expected),
    budgetRemaining: row.budget_remaining,
    budgetStartMs: row.start_ms,
  }));
}

function windowsOf(row: StateRow): Readonly<Record<WindowName, Counts>> {
  const counts = (window: WindowName): Counts => {
    const index = row.windows.indexOf(window);
    const of = (numbers: readonly number[]) => numbers[index] ?? 0;
    return { bad: of(row.bad), total: of(row.total), unknown: of(row.unknown) };
  };
  return Object.fromEntries(WINDOW_NAMES.map((window) => [window, counts(window)])) as Record<
    WindowName,
    Counts
  >;
}

/** Of each policy that decided in a service in the last day of closed minutes: what was put into force last, and when. */
export async function readInForce(
  reader: BoundedReader,
  tenant: string,
  closed: ClosedRange,
): Promise<PolicyInForce[]> {
  const deciding = tenantSelect({
    columns: 'DISTINCT service, policy_id',
    from: 'decision_minutes',
    where:
      "append_minute >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND append_minute < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')",
    tail: `ORDER BY service, policy_id LIMIT ${MAX_SERIES}`,
  });
  const changed = tenantSelect({
    columns: `policy_id, argMax(policy_version, (occurred_at, offset)) AS version, argMax(step, (occurred_at, offset)) AS last_step,
      intDiv(toUnixTimestamp64Micro(max(occurred_at)), 1000) AS since_ms`,
    from: 'policy_changes',
    where:
      "step IN ('ACTIVATED', 'ROLLED_BACK') AND append_time < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')",
    tail: `GROUP BY policy_id ORDER BY since_ms DESC, policy_id LIMIT ${MAX_SERIES}`,
  });
  const until = { until_ms: closed.untilMs };
  const from = { from_ms: closed.untilMs - WINDOW_MINUTES['1d'] * closed.bucketMs };
  const [pairs, changes] = await Promise.all([
    reader.rows<{ service: string; policy_id: string }>('overview_policies', tenant, deciding, {
      ...until,
      ...from,
    }),
    reader.rows<{ policy_id: string; version: string; last_step: string; since_ms: number }>(
      'overview_in_force',
      tenant,
      changed,
      until,
    ),
  ]);
  const byPolicy = new Map(changes.map((row) => [row.policy_id, row]));
  return pairs.flatMap(({ service, policy_id }) => {
    const change = byPolicy.get(policy_id);
    if (change === undefined) return [];
    const { version, last_step: step, since_ms: sinceMs } = change;
    return [{ service, policyId: policy_id, policyVersion: version, step, sinceMs }];
  });
}
