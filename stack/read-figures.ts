import { INPUTS } from '../domain/contract/inputs.ts';
import { burnRate } from '../domain/slo/burn-rate.ts';
import type { Slo } from '../domain/slo/definition.ts';
import { windowSeconds } from '../domain/slo/windows.ts';
import type { ClickHouse } from '../platform/clickhouse/client.ts';

/** What the store says of this run; everything is null or empty where there is no data. */
export interface Figures {
  /** Distinct (topic, partition, offset) by where they ended. */
  readonly recorded: number;
  readonly quarantined: number;
  readonly duplicates: number;
  readonly lost: number;
  readonly slos: readonly SloFigure[];
  readonly drift: readonly {
    tenant: string;
    policy: string;
    psi: number | null;
    p: number | null;
    verdict: string;
  }[];
  readonly review: readonly {
    tenant: string;
    labelled: number;
    rate: number | null;
    lower: number | null;
    upper: number | null;
    verdict: string;
  }[];
  /** End of the last closed append minute, Unix milliseconds; 0 before the first. */
  readonly closedUntilMs: number;
}

interface SloFigure {
  readonly slo: string;
  readonly tenant: string;
  readonly objective: number;
  readonly good: number;
  readonly total: number;
  /** Null without events. */
  readonly burn1h: number | null;
  readonly burn5m: number | null;
}

/** First offset of this run by `topic/partition`: what was there before is not counted. */
export type Baseline = ReadonlyMap<string, number>;

/** Reads everything that the tables of the terminal show. Throws when the store does not answer. */
export async function readFigures(
  clickhouse: ClickHouse,
  baseline: Baseline,
  slos: readonly Slo[],
  timescale: number,
): Promise<Figures> {
  const recordTables = INPUTS.map((input) => input.table);
  const [recorded, quarantined, duplicates, lost] = await Promise.all([
    countDistinct(clickhouse, recordTables, baseline),
    countDistinct(clickhouse, ['quarantine'], baseline),
    countDistinct(clickhouse, ['duplicates'], baseline),
    countLost(clickhouse),
  ]);
  const [closed] = await clickhouse.query<{ until: number }>(
    'SELECT toUnixTimestamp64Milli(max(watermark)) AS until FROM closed_minutes',
  );
  return {
    recorded,
    quarantined,
    duplicates,
    lost,
    slos: await readSlos(clickhouse, slos, timescale),
    drift: await readDrift(clickhouse),
    review: await readReview(clickhouse),
    closedUntilMs: Math.max(0, closed?.until ?? 0),
  };
}

async function countDistinct(
  clickhouse: ClickHouse,
  tables: readonly string[],
  baseline: Baseline,
): Promise<number> {
  const parts = tables.map((table) => `SELECT topic, partition, offset FROM ${table}`);
  const rows = await clickhouse.query<{ topic: string; partition: number; first: number; n: number }>(
    `SELECT topic, partition, uniqExactIf(offset, offset >= transform(concat(topic, '/', toString(partition)),
       {keys: Array(String)}, {offsets: Array(Int64)}, toInt64(0))) AS n
     FROM (${parts.join(' UNION ALL ')}) GROUP BY topic, partition`,
    { keys: [...baseline.keys(), ''], offsets: [...baseline.values(), 0] },
  );
  return rows.reduce((sum, row) => sum + row.n, 0);
}

async function countLost(clickhouse: ClickHouse): Promise<number> {
  const [row] = await clickhouse.query<{ n: number }>(
    "SELECT sum(last_offset - first_offset + 1) AS n FROM lost WHERE cause = 'TRIMMED'",
  );
  return row?.n ?? 0;
}

async function readSlos(
  clickhouse: ClickHouse,
  slos: readonly Slo[],
  timescale: number,
): Promise<SloFigure[]> {
  const rows = await clickhouse.query<
    Record<'slo' | 'tenant', string> & Record<'g1' | 't1' | 'b1' | 'b5' | 't5', number>
  >(
    `WITH (SELECT max(watermark) FROM closed_minutes) AS now
     SELECT slo, tenant_id AS tenant,
       sumIf(good, append_minute >= now - toIntervalMillisecond({hour: Int64})) AS g1,
       sumIf(bad, append_minute >= now - toIntervalMillisecond({hour: Int64})) AS b1,
       sumIf(total, append_minute >= now - toIntervalMillisecond({hour: Int64})) AS t1,
       sumIf(bad, append_minute >= now - toIntervalMillisecond({five: Int64})) AS b5,
       sumIf(total, append_minute >= now - toIntervalMillisecond({five: Int64})) AS t5
     FROM slo_minutes FINAL WHERE NOT late GROUP BY slo, tenant ORDER BY slo, tenant`,
    { hour: windowSeconds('1h', timescale) * 1000, five: windowSeconds('5m', timescale) * 1000 },
  );
  return rows.flatMap((row) => {
    const slo = slos.find(({ name }) => name === row.slo);
    // The table shows shares of events; slices and counts are in `docket slo report`.
    if (slo?.budgeting !== 'occurrences') return [];
    const { objective } = slo;
    return {
      slo: row.slo,
      tenant: row.tenant,
      objective,
      good: row.g1,
      total: row.t1,
      burn1h: burnRate(row.b1, row.t1, objective),
      burn5m: burnRate(row.b5, row.t5, objective),
    };
  });
}

function readDrift(clickhouse: ClickHouse): Promise<Figures['drift'][number][]> {
  return clickhouse.query(
    `SELECT tenant_id AS tenant, policy_id AS policy, psi, p_value AS p, verdict FROM drift_results FINAL
     ORDER BY append_minute DESC, tenant, policy LIMIT 1 BY tenant, policy`,
  );
}

function readReview(clickhouse: ClickHouse): Promise<Figures['review'][number][]> {
  return clickhouse.query(
    `SELECT tenant_id AS tenant, blocks_labelled AS labelled, rate, lower, upper, verdict FROM review_results FINAL
     WHERE policy_id = '*' ORDER BY append_minute DESC, tenant LIMIT 1 BY tenant`,
  );
}
