import { WINDOW_MINUTES } from '../../../domain/slo/windows.ts';
import type { ClosedRange, DriftRow, ReviewRow } from '../overview/overview-data.ts';
import { type BoundedReader, tenantSelect } from './tenant-select.ts';

const MAX_SERIES = 500;
const UNTIL = "append_minute < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')";

/** Services that were ever heard of; `observed`: somebody else than its enforcer counts its requests. */
export async function readServices(reader: BoundedReader, tenant: string) {
  const statement = tenantSelect({
    columns: 'service, max(services_seen.observed) AS seen_by_others',
    from: 'services_seen FINAL',
    tail: `GROUP BY service ORDER BY service LIMIT ${MAX_SERIES}`,
  });
  const rows = await reader.rows<{ service: string; seen_by_others: boolean | number }>(
    'overview_services',
    tenant,
    statement,
  );
  return rows.map((row) => ({ service: row.service, observed: Boolean(row.seen_by_others) }));
}

/** The newest drift result of each policy within the last hour of closed minutes. */
export async function readDrift(
  reader: BoundedReader,
  tenant: string,
  closed: ClosedRange,
): Promise<DriftRow[]> {
  const statement = tenantSelect({
    columns: `policy_id, psi, p_value, n_reference, n_current, verdict,
      toUnixTimestamp64Milli(append_minute) AS minute_ms`,
    from: 'drift_results FINAL',
    where: `append_minute >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND ${UNTIL}`,
    tail: `ORDER BY policy_id, append_minute DESC LIMIT 1 BY policy_id LIMIT ${MAX_SERIES}`,
  });
  const rows = await reader.rows<{
    policy_id: string;
    psi: number | null;
    p_value: number | null;
    n_reference: number;
    n_current: number;
    verdict: string;
    minute_ms: number;
  }>('overview_drift', tenant, statement, recent(closed));
  return rows.map((row) => ({
    policyId: row.policy_id,
    psi: row.psi,
    pValue: row.p_value,
    nReference: row.n_reference,
    nCurrent: row.n_current,
    verdict: row.verdict,
    minuteMs: row.minute_ms,
  }));
}

/** The newest false-positive rate of each policy, and of all together, within the last hour of closed minutes. */
export async function readReviews(
  reader: BoundedReader,
  tenant: string,
  closed: ClosedRange,
): Promise<ReviewRow[]> {
  const statement = tenantSelect({
    columns: 'policy_id, blocks_labelled, legitimate, rate, lower, upper, verdict',
    from: 'review_results FINAL',
    where: `append_minute >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND ${UNTIL}`,
    tail: `ORDER BY policy_id, append_minute DESC LIMIT 1 BY policy_id LIMIT ${MAX_SERIES}`,
  });
  const rows = await reader.rows<
    Omit<ReviewRow, 'policyId' | 'blocksLabelled'> & { policy_id: string; blocks_labelled: number }
  >('overview_reviews', tenant, statement, recent(closed));
  return rows.map(({ policy_id, blocks_labelled, ...row }) => ({
    ...row,
    policyId: policy_id,
    blocksLabelled: blocks_labelled,
  }));
}

function recent(closed: ClosedRange) {
  return { from_ms: closed.untilMs - WINDOW_MINUTES['1h'] * closed.bucketMs, until_ms: closed.untilMs };
}
