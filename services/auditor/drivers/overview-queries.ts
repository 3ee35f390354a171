import { WINDOW_MINUTES } from '../../../domain/slo/windows.ts';
import type { ClosedRange, MinuteCount, OutcomeCount, OverviewData } from '../overview/overview-data.ts';
import { readDeploys, readEnforcers } from './overview-fleet-queries.ts';
import { readDrift, readReviews, readServices } from './overview-result-queries.ts';
import { readInForce, readSlos } from './overview-slo-queries.ts';
import { type BoundedReader, tenantSelect } from './tenant-select.ts';

const DAY_MS = 86_400_000;
const HOUR_BUCKETS = WINDOW_MINUTES['1h'];

/** Reads everything on one tenant's overview. Without a closed minute there are no results, and none are read. */
export async function readOverview(
  reader: BoundedReader,
  tenant: string,
  nowMs: number,
): Promise<OverviewData> {
  const closed = await readClosed(reader);
  const [enforcers, deploys, ledger] = await Promise.all([
    readEnforcers(reader, tenant, nowMs),
    readDeploys(reader, tenant),
    readLedger(reader, tenant, nowMs - DAY_MS),
  ]);
  const base = { nowMs, closed, enforcers, deploys, ...ledger };
  if (closed === null) {
    return {
      ...base,
      outcomes: [],
      minutes: [],
      services: [],
      slos: [],
      inForce: [],
      drift: [],
      reviews: [],
    };
  }
  const [outcomes, minutes, services, slos, inForce, drift, reviews] = await Promise.all([
    readOutcomes(reader, tenant, closed),
    readMinutes(reader, tenant, closed),
    readServices(reader, tenant),
    readSlos(reader, tenant),
    readInForce(reader, tenant, closed),
    readDrift(reader, tenant, closed),
    readReviews(reader, tenant, closed),
  ]);
  return { ...base, outcomes, minutes, services, slos, inForce, drift, reviews };
}

async function readClosed(reader: BoundedReader): Promise<ClosedRange | null> {
  const statement =
    'SELECT toUnixTimestamp64Milli(watermark) AS until_ms, bucket_ms FROM closed_minutes ORDER BY append_minute DESC LIMIT 1';
  const [row] = await reader.installationRows<{ until_ms: number; bucket_ms: number }>('closed', statement);
  return row === undefined ? null : { untilMs: row.until_ms, bucketMs: row.bucket_ms };
}

const LAST_HOUR =
  "append_minute >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND append_minute < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')";

function lastHour(closed: ClosedRange) {
  return { from_ms: closed.untilMs - HOUR_BUCKETS * closed.bucketMs, until_ms: closed.untilMs };
}

async function readOutcomes(
  reader: BoundedReader,
  tenant: string,
  closed: ClosedRange,
): Promise<OutcomeCount[]> {
  const statement = tenantSelect({
    columns: 'outcome, mode, probe, sum(decisions) AS counted',
    from: 'decision_minutes FINAL',
    where: LAST_HOUR,
    tail: 'GROUP BY outcome, mode, probe ORDER BY counted DESC',
  });
  const rows = await reader.rows<Omit<OutcomeCount, 'decisions'> & { counted: number }>(
    'overview_outcomes',
    tenant,
    statement,
    lastHour(closed),
  );
  return rows.map(({ counted, ...row }) => ({ ...row, decisions: counted }));
}

interface MinuteRow extends Omit<MinuteCount, 'minuteMs'> {
  readonly minute_ms: number;
}

async function readMinutes(
  reader: BoundedReader,
  tenant: string,
  closed: ClosedRange,
): Promise<MinuteCount[]> {
  const counted = (condition: string) => `sumIf(decisions, ${condition})`;
  const statement = tenantSelect({
    columns: `toUnixTimestamp64Milli(append_minute) AS minute_ms,
      ${counted("outcome IN ('ALLOW')")} AS allowed, ${counted("outcome IN ('DENY')")} AS blocked,
      ${counted("outcome IN ('ERROR', 'UNDEFINED')")} AS failed,
      ${counted("outcome NOT IN ('ALLOW', 'DENY', 'ERROR', 'UNDEFINED')")} AS other`,
    from: 'decision_minutes FINAL',
    where: `${LAST_HOUR} AND mode = 'ENFORCE' AND NOT probe`,
    tail: 'GROUP BY minute_ms',
  });
  const closedStatement = `SELECT DISTINCT toUnixTimestamp64Milli(append_minute) AS minute_ms FROM closed_minutes WHERE ${LAST_HOUR} ORDER BY minute_ms`;
  const [rows, minutes] = await Promise.all([
    reader.rows<MinuteRow>('overview_minutes', tenant, statement, lastHour(closed)),
    reader.installationRows<{ minute_ms: number }>('closed', closedStatement, lastHour(closed)),
  ]);
  const byMinute = new Map(rows.map(({ minute_ms, ...counts }) => [minute_ms, counts]));
  const nothing = { allowed: 0, blocked: 0, failed: 0, other: 0 };
  return minutes.map(({ minute_ms }) => ({ minuteMs: minute_ms, ...(byMinute.get(minute_ms) ?? nothing) }));
}

async function readLedger(reader: BoundedReader, tenant: string, sinceMs: number) {
  const since = "append_time >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')";
  const parameters = { since_ms: sinceMs };
  const counted = (column: string, from: string) =>
    tenantSelect({
      columns: `${column}, count() AS records`,
      from,
      where: since,
      tail: `GROUP BY ${column} ORDER BY records DESC, ${column} LIMIT 20`,
    });
  const [quarantine, duplicates, unattributed] = await Promise.all([
    reader.rows<{ reason: string; records: number }>(
      'overview_quarantine',
      tenant,
      counted('reason', 'quarantine'),
      parameters,
    ),
    reader.rows<{ content: string; records: number }>(
      'overview_duplicates',
      tenant,
      counted('content', 'duplicates'),
      parameters,
    ),
    reader.installationRows<{ records: number }>(
      'overview_unattributed',
      `SELECT count() AS records FROM quarantine WHERE ${since} AND tenant_id IS NULL`,
      parameters,
    ),
  ]);
  return { quarantine, duplicates, unattributed: unattributed[0]?.records ?? 0 };
}
