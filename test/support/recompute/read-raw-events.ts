import type { ClickHouse } from '../../../platform/clickhouse/client.ts';

/** What a decision's row says, as far as objectives ask. Times are Unix milliseconds; `decidedMs` has a fraction. */
export interface RawDecisionFacts {
  readonly tenant: string;
  readonly service: string;
  readonly id: string;
  readonly appendMs: number;
  readonly decidedUs: number;
  readonly enforced: number;
  readonly outcome: string;
  readonly fallback: string;
  readonly applied: string;
  readonly latencyUs: number;
  readonly complete: number;
  readonly requestId: string;
  readonly probe: number;
}

/** A later report of what became of a decision. `of` names it as RawDecisionFacts.id does. */
export interface RawOutcomeFacts {
  readonly of: string;
  readonly appendMs: number;
  readonly offset: number;
  readonly attempt: number;
  readonly applied: string;
  readonly final: number;
}

/** An interval in which somebody who is not the enforcer counted requests. */
export interface RawTallyFacts {
  readonly tenant: string;
  readonly service: string;
  readonly kind: string;
  readonly appendMs: number;
  readonly startUs: number;
  readonly endUs: number;
  readonly inScope: number;
}

/** A budget that was reset, or maintenance; `untilMs` null: until further notice. */
export interface RawAdjustmentFacts {
  readonly tenant: string;
  readonly slo: string;
  readonly service: string;
  readonly kind: string;
  readonly fromMs: number;
  readonly untilMs: number | null;
  readonly declaredMs: number;
  readonly appendMs: number;
}

export interface RawEvents {
  readonly decisions: readonly RawDecisionFacts[];
  readonly outcomes: readonly RawOutcomeFacts[];
  readonly tallies: readonly RawTallyFacts[];
  readonly adjustments: readonly RawAdjustmentFacts[];
}

const ID = "concat(tenant_id, '|', enforcer_id, '|', toString(decision_id))";

/** Everything that was appended before a time, row by row: no roll-up, and none of the evaluator's own statements. */
export async function readRawEvents(clickhouse: ClickHouse, beforeMs: number): Promise<RawEvents> {
  const before = 'WHERE toUnixTimestamp64Milli(append_time) < {beforeMs:Int64}';
  const decisions = await clickhouse.query<RawDecisionFacts>(
    `SELECT tenant_id AS tenant, service, ${ID} AS id, toUnixTimestamp64Milli(append_time) AS appendMs,
       toUnixTimestamp64Micro(decided_at) AS decidedUs, toUInt8(mode = 'ENFORCE') AS enforced, outcome, fallback,
       applied, latency_us AS latencyUs, request_id AS requestId, toUInt8(probe_id IS NOT NULL) AS probe,
       toUInt8(request_id != '' AND trace_id IS NOT NULL AND policy_version != ''
         AND (rationale != '' OR length(\`rules.id\`) > 0)) AS complete
     FROM decisions ${before}`,
    { beforeMs },
  );
  const outcomes = await clickhouse.query<RawOutcomeFacts>(
    `SELECT ${ID} AS of, toUnixTimestamp64Milli(append_time) AS appendMs, offset, attempt, applied,
       toUInt8(final) AS final
     FROM outcomes ${before}`,
    { beforeMs },
  );
  const tallies = await clickhouse.query<RawTallyFacts>(
    `SELECT tenant_id AS tenant, service, observer_kind AS kind, toUnixTimestamp64Milli(append_time) AS appendMs,
       toUnixTimestamp64Micro(interval_start) AS startUs, toUnixTimestamp64Micro(interval_end) AS endUs,
       greatest(0, requests_in_scope - arraySum(\`skipped.count\`)) AS inScope
     FROM tallies ${before} AND observer_kind != 'ENFORCER' AND interval_end > interval_start`,
    { beforeMs },
  );
  const adjustments = await clickhouse.query<RawAdjustmentFacts>(
    `SELECT tenant_id AS tenant, slo, ifNull(service, '*') AS service, kind, toUnixTimestamp64Milli(from_time) AS fromMs,
       if(until_time IS NULL, NULL, toUnixTimestamp64Milli(assumeNotNull(until_time))) AS untilMs,
       toUnixTimestamp64Milli(declared_at) AS declaredMs, toUnixTimestamp64Milli(append_time) AS appendMs
     FROM slo_adjustments ${before}`,
    { beforeMs },
  );
  return { decisions, outcomes, tallies, adjustments };
}
