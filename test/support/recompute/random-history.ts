import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import { clickHouseTime, rawDecision, rawOutcome, rawTally } from '../raw-records.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const APPLIED = ['APPLIED', 'APPLIED', 'APPLIED', 'PENDING', 'FAILED', 'NOT_APPLIED', 'UNKNOWN'];
const OUTCOMES = ['ALLOW', 'ALLOW', 'ALLOW', 'DENY', 'ERROR', 'UNDEFINED'];

/**
 * Inserts events of some minutes for two tenants with two services each: slow ones, failing ones, probes and shadows,
 * some decided a day before or after they were appended, outcomes that come in time, twice or too late, and tallies.
 */
export async function insertHistory(
  clickhouse: ClickHouse,
  random: () => number,
  fromMs: number,
  minutes: number,
): Promise<void> {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] ?? (all[0] as T);
  const decisions: ReturnType<typeof rawDecision>[] = [];
  const outcomes: ReturnType<typeof rawOutcome>[] = [];
  const tallies: ReturnType<typeof rawTally>[] = [];
  for (let count = 0; count < minutes * 12; count++) {
    const appendMs = fromMs + Math.floor(random() * minutes * MINUTE_MS);
    const chance = random();
    const decidedMs = appendMs - decidedAgo(chance, random);
    const applied = pick(APPLIED);
    const decision = rawDecision(appendMs, {
      tenant_id: pick(['acme', 'globex']),
      service: pick(['shop', 'api']),
      decided_at: clickHouseTime(decidedMs),
      latency_us: Math.floor(random() * 60_000),
      applied,
      outcome: pick(OUTCOMES),
      fallback: random() < 0.05 ? 'FAIL_OPEN' : 'NONE',
      mode: random() < 0.1 ? 'SHADOW' : 'ENFORCE',
      request_id: random() < 0.1 ? '' : `request-${Math.floor(random() * 40)}`,
      ...(random() < 0.05 ? { probe_id: 'probe-1', probe_expected: 'DENY' } : {}),
    });
    decisions.push(decision);
    const told = applied === 'PENDING' || applied === 'FAILED' ? Math.floor(random() * 3) : 0;
    for (let attempt = 1; attempt <= told; attempt++) {
      // From a while before the decision to just beyond the time that it is given.
      const toldMs = appendMs + Math.floor((random() * 9 - 2) * MINUTE_MS);
      const changes = { attempt, applied: pick(APPLIED), final: attempt === told };
      if (toldMs >= fromMs && toldMs < fromMs + minutes * MINUTE_MS) {
        outcomes.push(rawOutcome(toldMs, decision, changes));
      }
    }
  }
  for (let minute = 1; minute <= minutes; minute++) {
    const endMs = fromMs + minute * MINUTE_MS;
    for (const observer of ['a', 'b']) {
      tallies.push(
        rawTally(endMs - Math.floor(random() * 30_000) - 1, {
          ...{ observer_id: `ingress-${observer}`, requests_in_scope: Math.floor(random() * 8) },
          interval_start: clickHouseTime(endMs - 2 * MINUTE_MS),
          interval_end: clickHouseTime(endMs - MINUTE_MS),
        }),
      );
    }
  }
  await clickhouse.insertRows('decisions', decisions);
  if (outcomes.length > 0) await clickhouse.insertRows('outcomes', outcomes);
  await clickhouse.insertRows('tallies', tallies);
}

function decidedAgo(chance: number, random: () => number): number {
  if (chance < 0.05) return DAY_MS - Math.floor(random() * 1000);
  if (chance < 0.08) return -DAY_MS;
  if (chance < 0.12) return 15 * MINUTE_MS + Math.floor(random() * 3) - 1;
  return Math.floor(random() * 2000);
}
