import { exportNamed, RESULT_EXPORTS } from '../../../domain/metrics/catalogue.ts';
import type { Slo } from '../../../domain/slo/definition.ts';
import { GAUGES, RESULT_GAUGES } from '../../../domain/slo/metric-names.ts';
import type { Logger } from '../../../platform/log/logger.ts';
import { joinMetrics, type MetricsSource } from '../../../platform/prometheus/joined-metrics.ts';
import { Counter, Gauge, type Registry } from '../../../platform/prometheus/metrics-registry.ts';
import type { Evaluation } from '../evaluate.ts';
import type { Sample } from '../metrics.ts';

/** Where evaluations are told: gauges and log lines, together. */
export interface EvaluatorReport {
  evaluated(evaluation: Evaluation): void;
  /** The store did not answer, or refused. What was shown stays; the rules hold alerts while we are blind. */
  failed(error: unknown): void;
  /** What `/metrics` shows: the registry's metrics, and the results. */
  readonly metrics: MetricsSource;
}

/** Registers what the evaluator says of itself, and joins the results. It is blind until its first evaluation says otherwise. */
export function createEvaluatorReport(
  registry: Registry,
  log: Logger,
  slos: readonly Slo[],
): EvaluatorReport {
  const registers = [registry];
  // With the results, so that nobody reads those of one minute with the time of another.
  const metrics = joinMetrics(registry, [exportNamed(GAUGES.watermark), ...RESULT_EXPORTS]);
  const plain = (name: string) => new Gauge({ name, help: exportNamed(name).help, registers });
  const blind = plain(GAUGES.blind);
  const servicesCut = plain(RESULT_GAUGES.servicesCut);
  const policiesCut = plain(RESULT_GAUGES.policiesCut);
  const tenantsCut = plain(RESULT_GAUGES.tenantsCut);
  // Without labels a gauge shows 0 from the start, which would be a time in 1970: it is registered when known.
  let evaluatedAt: Gauge | null = null;
  const counter = (name: string) => new Counter({ name, help: exportNamed(name).help, registers });
  const closed = counter('docket_evaluator_minutes_closed_total');
  const failures = counter('docket_evaluator_failures_total');
  let lastCut = 0;

  const objectives = slos.map(objectiveSample);
  blind.set(1);
  metrics.show(objectives);
  return {
    metrics,
    evaluated: (evaluation) => {
      const { samples, endMs } = evaluation;
      blind.set(evaluation.blind ? 1 : 0);
      closed.inc(evaluation.minutes);
      evaluatedAt ??= plain(GAUGES.evaluated);
      evaluatedAt.set(evaluation.finishedMs / 1000);
      if (samples !== null) {
        metrics.show([...watermarkSamples(endMs), ...samples, ...objectives]);
        servicesCut.set(evaluation.servicesCut);
        policiesCut.set(evaluation.policiesCut);
        tenantsCut.set(evaluation.tenantsCut);
        const cut = evaluation.servicesCut + evaluation.policiesCut + evaluation.tenantsCut;
        if (cut !== lastCut) logCut(log, evaluation);
        lastCut = cut;
      }
      if (evaluation.minutes > 0)
        log.debug({ minutes: evaluation.minutes, blind: evaluation.blind }, 'closed');
    },
    failed: (error) => {
      blind.set(1);
      failures.inc();
      log.error({ err: error }, 'evaluation failed; it is tried again');
    },
  };
}

function watermarkSamples(endMs: number | null): readonly Sample[] {
  return endMs === null ? [] : [{ gauge: GAUGES.watermark, labels: {}, value: endMs / 1000 }];
}

function objectiveSample(slo: Slo): Sample {
  const labels = { slo: slo.name };
  return slo.budgeting === 'absolute'
    ? { gauge: GAUGES.maxCount, labels, value: slo.maxCount }
    : { gauge: GAUGES.objective, labels, value: slo.objective };
}

function logCut(log: Logger, { servicesCut, policiesCut, tenantsCut }: Evaluation): void {
  if (servicesCut + policiesCut + tenantsCut === 0)
    log.info('all services, policies and tenants are exported again');
  else {
    log.warn(
      { servicesCut, policiesCut, tenantsCut },
      'some services, policies or tenants are not exported: raise DOCKET_MAX_SERVICES or DOCKET_MAX_POLICIES',
    );
  }
}
