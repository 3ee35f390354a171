import type { Slo } from '../../domain/slo/definition.ts';
import { LEAN_FROM_SLOS } from '../../domain/slo/shown-counts.ts';
import { type ClosingDependencies, closeMinutes } from './close-minutes.ts';
import type { CountBounds } from './counts/fold-tail.ts';
import { listCounts } from './counts/list-counts.ts';
import { incidentSamples, policyIncidentSamples } from './incident-samples.ts';
import { driftMinuteSamples, labelledAllowSamples, levelSamples, slaSamples } from './level-samples.ts';
import {
  budgetSamples,
  driftSamples,
  integritySamples,
  reviewSamples,
  type Sample,
  sloSamples,
} from './metrics.ts';
import type { ReadingSource, Readings } from './ports.ts';
import { missedSamples } from './review/missed-samples.ts';
import { listSeries, type SloSeries } from './slo/list-series.ts';
import type { SloStateStore } from './slo/state-store.ts';

/** Blind when the last closed minute ended this many minutes ago; never under a few seconds of real time. */
const BLIND_AFTER_MINUTES = 5;
const MIN_BLIND_AFTER_MS = 15_000;

/** What one evaluation tells the outside. */
export interface Evaluation {
  readonly endMs: number | null;
  readonly finishedMs: number;
  readonly blind: boolean;
  readonly minutes: number;
  readonly more: boolean;
  readonly unseen: readonly string[];
  /** All samples of the results; null when they are as they were. */
  readonly samples: readonly Sample[] | null;
  readonly servicesCut: number;
  readonly policiesCut: number;
  readonly tenantsCut: number;
}

export interface EvaluatorDependencies extends ClosingDependencies {
  readonly slos: readonly Slo[];
  readonly readings: ReadingSource;
  readonly sloState: SloStateStore;
  /** The most services and policies that are exported; and tenants, of which each has a service. */
  readonly maxServices: number;
  readonly maxPolicies: number;
  /** How many policies, versions, rules and so on are told apart in counts. */
  readonly countBounds: CountBounds;
  /** What each tenant may spend in 30 days, in millionths of its currency. */
  readonly costBudgets: ReadonlyMap<string, number>;
  /** This instance's clock, Unix milliseconds. It decides blindness and nothing else. */
  readonly now: () => number;
}

/**
 * An evaluator: each call closes what can be closed, then reads the results as of the last closed minute, also when
 * another evaluator closed it. Calls must not overlap.
 */
export function createEvaluator(deps: EvaluatorDependencies): () => Promise<Evaluation> {
  let readEndMs: number | null = null;
  return async () => {
    const closing = await closeMinutes(deps);
    let published: Published = { samples: null, servicesCut: 0, policiesCut: 0, tenantsCut: 0 };
    if (closing.endMs !== null && closing.endMs !== readEndMs) {
      const readings = await deps.readings.read(closing.endMs);
      const series = seriesOf(deps, readings);
      await deps.sloState.save(series, closing.endMs);
      published = publish(deps, readings, series, closing.endMs);
      readEndMs = closing.endMs;
    } else if (closing.endMs === null) {
      // Series that an SLO names are due before anything was heard of them.
      published = publish(deps, NOTHING, seriesOf(deps, NOTHING), 0);
    }
    const finishedMs = deps.now();
    const old = closing.endMs === null || finishedMs - closing.endMs > blindAfterMs(deps.bucketMs);
    return { ...closing, ...published, finishedMs, blind: old || closing.unseen.length > 0 };
  };
}

const NOTHING: Readings = {
  clock: null,
  services: [],
  counts: [],
  drift: [],
  review: [],
  missing: [],
  quarantined: [],
  metricCounts: [],
  levels: {
    latency: [],
    sessionsBlocked: [],
    backlog: [],
    reviewQueue: [],
    driftMinutes: [],
    labelledAllows: [],
    incidents: [],
    strata: [],
  },
};

function blindAfterMs(bucketMs: number): number {
  return Math.max(MIN_BLIND_AFTER_MS, BLIND_AFTER_MINUTES * bucketMs);
}

interface Published {
  readonly samples: readonly Sample[] | null;
  readonly servicesCut: number;
  readonly policiesCut: number;
  readonly tenantsCut: number;
}

function seriesOf(deps: EvaluatorDependencies, readings: Readings): readonly SloSeries[] {
  const services = readings.services.slice(0, deps.maxServices);
  return listSeries(deps.slos, services, readings.counts, readings.clock);
}

function publish(
  deps: EvaluatorDependencies,
  readings: Readings,
  series: readonly SloSeries[],
  endMs: number,
): Published {
  const services = readings.services.slice(0, deps.maxServices);
  const drift = readings.drift.slice(0, deps.maxPolicies);
  const review = readings.review.slice(0, deps.maxPolicies);
  const missing = readings.missing.slice(0, deps.maxServices);
  const { levels } = readings;
  return {
    samples: [
      ...sloSamples(series, deps.slos.length >= LEAN_FROM_SLOS),
      ...slaSamples(series),
      ...driftSamples(drift),
      ...driftMinuteSamples(levels.driftMinutes.slice(0, deps.maxPolicies)),
      ...reviewSamples(review),
      ...labelledAllowSamples(levels.labelledAllows.slice(0, deps.maxPolicies)),
      ...missedSamples(levels.strata, deps.maxPolicies),
      ...incidentSamples(levels.incidents, services),
      ...policyIncidentSamples(levels.incidents, deps.maxPolicies),
      ...integritySamples({ ...readings, missing }),
      ...levelSamples(levels, services, endMs),
      ...listCounts(readings.metricCounts, services, deps.countBounds),
      ...budgetSamples(deps.costBudgets),
    ],
    servicesCut: readings.services.length - services.length,
    policiesCut: Math.max(readings.drift.length - drift.length, readings.review.length - review.length),
    tenantsCut: readings.missing.length - missing.length,
  };
}
