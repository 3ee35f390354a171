import { fileURLToPath } from 'node:url';
import { bucketMsOf } from '../../domain/rollup/append-minutes.ts';
import type { SloAdjustment } from '../../domain/slo/adjustments.ts';
import type { Slo } from '../../domain/slo/definition.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { countBoundsOf } from '../../services/evaluator/counts/count-bounds.ts';
import { createDriftStore } from '../../services/evaluator/drivers/drift-store.ts';
import { loadSlos } from '../../services/evaluator/drivers/load-slos.ts';
import { createMinuteLedger } from '../../services/evaluator/drivers/minute-ledger.ts';
import { createAdjustmentSource } from '../../services/evaluator/drivers/read-adjustments.ts';
import { createReadingSource } from '../../services/evaluator/drivers/reading-source.ts';
import { createReviewStore } from '../../services/evaluator/drivers/review-store.ts';
import { createRollups } from '../../services/evaluator/drivers/rollups.ts';
import { createSloStateStore } from '../../services/evaluator/drivers/slo-state-store.ts';
import { createEvaluator, type Evaluation } from '../../services/evaluator/evaluate.ts';
import type { Sample } from '../../services/evaluator/metrics.ts';

export interface EvaluationOptions {
  readonly timescale?: number;
  readonly now?: number;
  readonly slos?: readonly Slo[];
  /** Instead of those that are recorded. */
  readonly adjustments?: readonly SloAdjustment[];
}

/** Every table that the evaluator writes. */
export const RESULT_TABLES = [
  'closed_minutes',
  'decision_minutes',
  'path_minutes',
  'slo_minutes',
  'slo_state',
  'enforcement_minutes',
  'services_seen',
  'sequence_sets',
  'drift_references',
  'drift_results',
  'reviewed_decisions',
  'review_results',
  'metric_minutes',
  'review_queue',
];

/** The objectives of `config/slos`. */
export const CONFIGURED_SLOS = await loadSlos(fileURLToPath(new URL('../../config/slos/', import.meta.url)));

/** An evaluator over a store, with the SLOs of `config/slos` unless told, and a clock that stands at `now` (Unix ms). */
export function evaluatorOf(
  clickhouse: ClickHouse,
  { timescale = 1, now = 0, slos = CONFIGURED_SLOS, adjustments }: EvaluationOptions = {},
): () => Promise<Evaluation> {
  const bucketMs = bucketMsOf(timescale);
  return createEvaluator({
    slos,
    bucketMs,
    ledger: createMinuteLedger(clickhouse, bucketMs),
    rollups: createRollups(clickhouse, slos, bucketMs),
    drift: createDriftStore(clickhouse, bucketMs),
    review: createReviewStore(clickhouse, bucketMs),
    readings: createReadingSource(
      clickhouse,
      slos,
      bucketMs,
      adjustments === undefined ? createAdjustmentSource(clickhouse) : { read: async () => adjustments },
    ),
    sloState: createSloStateStore(clickhouse),
    maxServices: 100,
    maxPolicies: 100,
    countBounds: countBoundsOf({
      maxServices: 100,
      maxPolicies: 100,
      maxVersions: 5,
      maxRules: 20,
      maxRegions: 10,
    }),
    costBudgets: new Map([['acme', 3_000_000]]),
    now: () => now,
  });
}

/** A new evaluator closes everything that can be closed; its last answer, with the samples as they stand then. */
export async function evaluateAll(
  clickhouse: ClickHouse,
  options: EvaluationOptions = {},
): Promise<Evaluation & { readonly samples: readonly Sample[] }> {
  const evaluate = evaluatorOf(clickhouse, options);
  let evaluation = await evaluate();
  let samples = evaluation.samples;
  while (evaluation.more) {
    evaluation = await evaluate();
    samples = evaluation.samples ?? samples;
  }
  return { ...evaluation, samples: samples ?? [] };
}

/** Value of the one sample of a gauge whose labels include these; undefined when there is none. */
export function sampleOf(
  samples: readonly Sample[],
  gauge: string,
  labels: Readonly<Record<string, string>>,
): number | undefined {
  const found = samples.filter(
    (sample) =>
      sample.gauge === gauge &&
      Object.entries(labels).every(([name, value]) => sample.labels[name] === value),
  );
  if (found.length > 1) throw new Error(`${found.length} samples of ${gauge} match; name more labels`);
  return found[0]?.value;
}

/** The four counts of an SLO's window for acme's shop. */
export function sloCounts(samples: readonly Sample[], slo: string, window: string) {
  const of = (what: string) =>
    sampleOf(samples, `docket_slo_${what}`, { slo, window, tenant: 'acme', service: 'shop' });
  return { good: of('good'), bad: of('bad'), total: of('total'), unknown: of('unknown') };
}
