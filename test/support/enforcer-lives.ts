import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { minuteParameters } from '../../services/evaluator/drivers/minute-sql.ts';
import { ROLL_UP_SEQUENCES } from '../../services/evaluator/drivers/roll-up-sequences.ts';
import { clickHouseTime, rawDecision, rawQuarantine, rawTally } from './raw-records.ts';

export const T0 = Date.UTC(2026, 0, 5, 10, 0, 0);
export const MINUTE = 60_000;
/** Nothing is judged before it was announced so many minutes ago. */
export const SETTLE_MINUTES = 5;

/** What is recorded of one life of an enforcer; null is a decision, or a tally, without a number. */
export interface Life {
  readonly decisions?: readonly (number | null)[];
  readonly duplicates?: readonly number[];
  readonly quarantine?: readonly number[];
  /** next_sequence of each of its tallies. */
  readonly tallies?: readonly (number | null)[];
}

export interface Verdict {
  readonly expected: number;
  readonly seen: number;
  readonly missing: number | null;
  readonly state: string;
}

export const complete = (expected: number): Verdict => ({
  expected,
  seen: expected,
  missing: 0,
  state: 'complete',
});
export const missing = (expected: number, count: number): Verdict => ({
  expected,
  seen: expected - count,
  missing: count,
  state: 'missing',
});
export const unknown = (expected: number, seen: number): Verdict => ({
  expected,
  seen,
  missing: null,
  state: 'unknown',
});

export type Rows = Readonly<Record<string, readonly object[]>>;

/** A life's records by table, all appended at one time. */
export function rowsOf(enforcer: string, life: Life, { atMs = T0, epoch = 1, tenant = 'acme' } = {}): Rows {
  const named = { tenant_id: tenant, producer_id: enforcer, epoch };
  const of = <T>(numbers: readonly T[] | undefined, row: (number: T) => object) => (numbers ?? []).map(row);
  return {
    decisions: of(life.decisions, (sequence) =>
      rawDecision(atMs, {
        tenant_id: tenant,
        enforcer_id: enforcer,
        enforcer_epoch: epoch,
        enforcer_sequence: sequence,
      }),
    ),
    duplicates: of(life.duplicates, (sequence) => ({
      topic: 'docket.decisions.v1',
      append_time: clickHouseTime(atMs),
      ...named,
      sequence,
    })),
    quarantine: of(life.quarantine, (sequence) => rawQuarantine(atMs, { ...named, sequence })),
    tallies: of(life.tallies, (next) =>
      rawTally(atMs, {
        tenant_id: tenant,
        observer_id: enforcer,
        observer_kind: 'ENFORCER',
        observer_epoch: epoch,
        next_sequence: next,
      }),
    ),
  };
}

/** Stores lives, each table in one insert. */
export async function recordLives(clickhouse: ClickHouse, ...lives: readonly Rows[]): Promise<void> {
  for (const table of ['decisions', 'duplicates', 'quarantine', 'tallies']) {
    const rows = lives.flatMap((life) => life[table] ?? []);
    if (rows.length > 0) await clickhouse.insertRows(table, rows);
  }
}

/** Closes the minutes of a range in steps, as an evaluator does. */
export async function closeLives(
  clickhouse: ClickHouse,
  fromMinute: number,
  toMinute: number,
  step = toMinute - fromMinute,
): Promise<void> {
  for (let minute = fromMinute; minute < toMinute; minute += step) {
    const range = { fromMs: T0 + minute * MINUTE, toMs: T0 + Math.min(minute + step, toMinute) * MINUTE };
    await clickhouse.command(ROLL_UP_SEQUENCES, minuteParameters(range, MINUTE));
  }
}

/** What the view says of each life, by `tenant/enforcer/epoch`. */
export async function readVerdicts(clickhouse: ClickHouse): Promise<ReadonlyMap<string, Verdict>> {
  const rows = await clickhouse.query<Verdict & { readonly life: string }>(
    `SELECT concat(tenant_id, '/', enforcer_id, '/', toString(epoch)) AS life, expected, seen, missing, state
     FROM completeness`,
  );
  return new Map(rows.map(({ life, ...verdict }) => [life, verdict]));
}
