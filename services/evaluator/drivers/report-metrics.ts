import type { Slo } from '../../../domain/slo/definition.ts';
import { GAUGES, RESULT_GAUGES } from '../../../domain/slo/metric-names.ts';
import type { Logger } from '../../../platform/log/logger.ts';
import { Counter, Gauge, type Registry } from '../../../platform/prometheus/metrics-registry.ts';
import type { Evaluation } from '../evaluate.ts';
import { GAUGE_LABELS, type Sample } from '../metrics.ts';

/** Where evaluations are told: gauges and log lines, together. */
export interface EvaluatorReport {
  evaluated(evaluation: Evaluation): void;
  /** The store did not answer, or refused. What was shown stays; the rules hold alerts while we are blind. */
  failed(error: unknown): void;
}

/** Registers the evaluator's gauges. It is blind until its first evaluation says otherwise. */
export function createEvaluatorReport(
  registry: Registry,
  log: Logger,
  slos: readonly Slo[],
): EvaluatorReport {
  const registers = [registry];
  const results = new Map(
    Object.entries(GAUGE_LABELS).map(([name, [help, ...labelNames]]) => [
      name,
      new Gauge({ name, help, labelNames, registers }),
    ]),
  );
  const plain = (name: string, help: string) => new Gauge({ name, help, registers });
  const blind = plain(GAUGES.blind, '1 while this evaluator does not see the present');
  const servicesCut = plain(RESULT_GAUGES.servicesCut, 'Services left out because of the bound on series');
  const policiesCut = plain(RESULT_GAUGES.policiesCut, 'Policies left out because of the bound on series');
  const tenantsCut = plain(RESULT_GAUGES.tenantsCut, 'Tenants whose missing sequences are left out');
  // Without labels a gauge shows 0 from the start, which would be a time in 1970: they are registered when known.
  const times = new Map<string, Gauge>();
  const setTime = (name: string, help: string, timeMs: number) => {
    const gauge = times.get(name) ?? plain(name, help);
    times.set(name, gauge);
    gauge.set(timeMs / 1000);
  };
  const closed = new Counter({
    name: 'docket_evaluator_minutes_closed_total',
    help: 'Minutes closed here',
    registers,
  });
  const failures = new Counter({
    name: 'docket_evaluator_failures_total',
    help: 'Failed evaluations',
    registers,
  });
  let lastCut = 0;

  const showObjectives = () => {
    for (const slo of slos) {
      const isCount = slo.budgeting === 'absolute';
      const gauge = results.get(isCount ? GAUGES.maxCount : GAUGES.objective);
      gauge?.set({ slo: slo.name }, isCount ? slo.maxCount : slo.objective);
    }
  };
  blind.set(1);
  showObjectives();
  return {
    evaluated: (evaluation) => {
      const { samples, endMs } = evaluation;
      blind.set(evaluation.blind ? 1 : 0);
      closed.inc(evaluation.minutes);
      if (endMs !== null) setTime(GAUGES.watermark, 'End of the last closed append minute', endMs);
      setTime(GAUGES.evaluated, 'When the last evaluation finished', evaluation.finishedMs);
      if (samples !== null) {
        showSamples(results, samples);
        showObjectives();
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

// In one go, so that no scrape can fall between clearing and setting.
function showSamples(gauges: ReadonlyMap<string, Gauge>, samples: readonly Sample[]): void {
  for (const gauge of gauges.values()) gauge.reset();
  for (const { gauge, labels, value } of samples) gauges.get(gauge)?.set({ ...labels }, value);
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
