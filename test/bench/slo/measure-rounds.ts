import { performance } from 'node:perf_hooks';
import type { Slo } from '../../../domain/slo/definition.ts';
import { evaluatorOf } from '../../support/evaluate-store.ts';
import { moveWatermark, rawDecision } from '../../support/raw-records.ts';
import { startResultStore } from '../../support/result-store.ts';

export interface RoundFigures {
  /** Seconds to close one minute, and to read and export everything: the median of the last ones. */
  readonly roundS: number;
  readonly minutes: number;
  /** Rows of slo_minutes that reading looks at. */
  readonly rows: number;
  readonly residentMb: number;
}

const MINUTE_MS = 60_000;
const T0 = Date.UTC(2026, 0, 5, 10);
const DECISIONS_PER_MINUTE = 30;
const MEASURED = 5;

/** Minutes of every tenant are closed by an evaluator, the last ones one by one. */
export async function measureRounds(
  resources: AsyncDisposableStack,
  slos: readonly Slo[],
  tenants: number,
  minutes: number,
): Promise<RoundFigures> {
  const store = await startResultStore();
  resources.defer(() => store.stop());
  const { clickhouse } = store;
  for (let tenant = 0; tenant < tenants; tenant++) {
    const changes = { tenant_id: `tenant-${String(tenant).padStart(2, '0')}` };
    const decisions = Array.from({ length: DECISIONS_PER_MINUTE * minutes }, (_, index) =>
      rawDecision(T0 + Math.floor((index * MINUTE_MS) / DECISIONS_PER_MINUTE), {
        ...changes,
        latency_us: 5_000 + ((index * 7_919) % 60_000),
      }),
    );
    await clickhouse.insertRows('decisions', decisions);
  }
  const evaluate = evaluatorOf(clickhouse, { slos });
  const roundsS: number[] = [];
  for (let minute = minutes - MEASURED; minute <= minutes; minute++) {
    await moveWatermark(clickhouse, T0 + minute * MINUTE_MS);
    const startedMs = performance.now();
    for (let more = true; more; ) ({ more } = await evaluate());
    roundsS.push((performance.now() - startedMs) / 1000);
  }
  const [count] = await clickhouse.query<{ rows: number }>('SELECT count() AS rows FROM slo_minutes');
  await store.stop();
  const measured = roundsS.slice(1).toSorted((a, b) => a - b);
  return {
    roundS: measured[Math.floor(measured.length / 2)] ?? Number.NaN,
    minutes,
    rows: count?.rows ?? 0,
    residentMb: Math.round(process.memoryUsage().rss / 1024 ** 2),
  };
}
