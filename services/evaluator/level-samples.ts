import { RESULT_GAUGES } from '../../domain/slo/metric-names.ts';
import type { Sample } from './metrics.ts';
import { DRIFT_WINDOWS, type Levels, QUANTILES, RECORD_WINDOWS } from './ports.ts';
import type { SloSeries } from './slo/list-series.ts';

type Service = { readonly tenant: string; readonly service: string };

/**
 * Samples of what stands at the end of the minute. A latency or a backlog that nobody told of has no sample; no
 * blocked session and an empty review queue are a 0 for every known service.
 */
export function levelSamples(levels: Levels, services: readonly Service[], endMs: number): Sample[] {
  const known = new Set(services.map(serviceKey));
  const ofKnown = <Row extends Service>(rows: readonly Row[]) =>
    rows.filter((row) => known.has(serviceKey(row)));
  const backlog = ofKnown(levels.backlog).map(({ tenant, service, events }) => ({
    gauge: RESULT_GAUGES.backlog,
    labels: { tenant, service },
    value: events,
  }));
  return [
    ...ofKnown(levels.latency).flatMap(latencySamples),
    ...backlog,
    ...sessionSamples(levels.sessionsBlocked, services),
    ...queueSamples(levels.reviewQueue, services, endMs),
  ];
}

function latencySamples({ tenant, service, cached, windows }: Levels['latency'][number]): Sample[] {
  return windows.flatMap((quantiles, index) =>
    quantiles.map((latencyUs, place) => ({
      gauge: RESULT_GAUGES.latency,
      labels: {
        tenant,
        service,
        cached,
        quantile: String(QUANTILES[place]),
        window: RECORD_WINDOWS[index] ?? '',
      },
      value: latencyUs / 1e6,
    })),
  );
}

function sessionSamples(rows: Levels['sessionsBlocked'], services: readonly Service[]): Sample[] {
  const blocked = new Map(rows.map((row) => [serviceKey(row), row.sessions]));
  return services.flatMap(({ tenant, service }) =>
    RECORD_WINDOWS.map((window, index) => ({
      gauge: RESULT_GAUGES.sessionsBlocked,
      labels: { tenant, service, window },
      value: blocked.get(serviceKey({ tenant, service }))?.[index] ?? 0,
    })),
  );
}

function queueSamples(queue: Levels['reviewQueue'], services: readonly Service[], endMs: number): Sample[] {
  const waiting = new Map(queue.map((row) => [serviceKey(row), row]));
  return services.flatMap(({ tenant, service }) => {
    const row = waiting.get(serviceKey({ tenant, service }));
    const labels = { tenant, service };
    const depth = { gauge: RESULT_GAUGES.reviewQueue, labels, value: row?.depth ?? 0 };
    if (row === undefined) return [depth];
    const oldest = { gauge: RESULT_GAUGES.reviewQueueOldest, labels, value: (endMs - row.oldestMs) / 1000 };
    return [depth, oldest];
  });
}

/** Samples of the minutes in which drift was judged and found. */
export function driftMinuteSamples(rows: Levels['driftMinutes']): Sample[] {
  return rows.flatMap(({ tenant, policy, judged, alerted }) =>
    DRIFT_WINDOWS.flatMap((window, index) => {
      const labels = { tenant, policy, window };
      return [
        { gauge: RESULT_GAUGES.driftMinutes, labels, value: judged[index] ?? 0 },
        { gauge: RESULT_GAUGES.driftMinutesAlerted, labels, value: alerted[index] ?? 0 },
      ];
    }),
  );
}

/** Samples of labelled decisions that were allowed. */
export function labelledAllowSamples(rows: Levels['labelledAllows']): Sample[] {
  return rows.flatMap(({ tenant, policy, labelled, violating }) => [
    { gauge: RESULT_GAUGES.labelledAllows, labels: { tenant, policy }, value: labelled },
    { gauge: RESULT_GAUGES.labelledAllowsViolating, labels: { tenant, policy }, value: violating },
  ]);
}

/** For each service the objectives whose budget is overspent; nothing where none has a budget to judge. */
export function slaSamples(series: readonly SloSeries[]): Sample[] {
  const services = Map.groupBy(
    series.filter(({ budgetRemaining }) => budgetRemaining !== null),
    serviceKey,
  );
  return [...services.values()].flatMap((ofService) => {
    const [first] = ofService;
    if (first === undefined) return [];
    const { tenant, service } = first;
    const value = ofService.filter(({ budgetRemaining }) => (budgetRemaining ?? 0) < 0).length;
    return [{ gauge: RESULT_GAUGES.slaViolations, labels: { tenant, service }, value }];
  });
}

function serviceKey({ tenant, service }: Service): string {
  return JSON.stringify([tenant, service]);
}
