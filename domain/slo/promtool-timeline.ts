import type { Slo } from './definition.ts';
import { EVALUATOR_JOB, GAUGES } from './metric-names.ts';
import { WINDOW_NAMES, type WindowName } from './windows.ts';

export type InputSeries = { readonly series: string; readonly values: string };
/**
 * Counts of one window; `good` is total − bad unless the test is about numbers that contradict each other; `empty`:
 * slices without traffic.
 */
export type Counts = {
  readonly bad: number;
  readonly total: number;
  readonly good?: number;
  readonly empty?: number;
};

/** Some minutes in which nothing changes. `gone`: the evaluator answers no scrape; `blind`: it says it is. */
export type Phase = {
  readonly minutes: number;
  readonly evaluator: 'sees' | 'blind' | 'gone';
  readonly counts: (window: WindowName) => Counts;
  /** Share of an absolute budget that is left: all of it unless told. */
  readonly budgetRemaining?: number;
};

export type TimelineOptions = {
  readonly instances?: readonly string[];
  /** Value of the "data is due" gauge: 1 unless told. */
  readonly expected?: 0 | 1;
};

/** Tenant and service that stand for any in the tests of an SLO. */
export function exampleSubject(slo: Slo): { readonly tenant: string; readonly service: string } {
  return {
    tenant: slo.tenant === '*' ? 'tenant-a' : slo.tenant,
    service: slo.service === '*' ? 'service-a' : slo.service,
  };
}

/** What evaluators export through the phases, one sample a minute from minute 0, in promtool's notation. */
export function timelineSeries(
  slo: Slo,
  phases: readonly Phase[],
  { instances = ['evaluator-1:7073'], expected = 1 }: TimelineOptions = {},
): readonly InputSeries[] {
  return instances.flatMap((instance) => {
    const all: InputSeries[] = [
      series(GAUGES.blind, { instance }, phases, (phase) => (phase.evaluator === 'sees' ? 0 : 1)),
      series(GAUGES.evaluated, { instance }, phases, (_, startMinute) => startMinute * 60, 60),
      series(GAUGES.watermark, { instance }, phases, (_, startMinute) => startMinute * 60, 60),
    ];
    const subject = { slo: slo.name, ...exampleSubject(slo), instance };
    all.push(series(GAUGES.expected, subject, phases, () => expected));
    if (slo.budgeting === 'absolute') {
      const remaining = ({ budgetRemaining = 1 }: Phase): number => budgetRemaining;
      all.push(series(GAUGES.budgetRemaining, subject, phases, remaining));
    }
    for (const window of WINDOW_NAMES) {
      const labels = { ...subject, window };
      all.push(
        series(GAUGES.bad, labels, phases, ({ counts }) => counts(window).bad),
        series(GAUGES.good, labels, phases, ({ counts }) => good(counts(window))),
        series(GAUGES.total, labels, phases, ({ counts }) => counts(window).total),
      );
      if (slo.budgeting !== 'timeslices') continue;
      all.push(series(GAUGES.emptySlices, labels, phases, ({ counts }) => counts(window).empty ?? 0));
    }
    return all;
  });
}

function series(
  gauge: string,
  labels: Readonly<Record<string, string>>,
  phases: readonly Phase[],
  valueIn: (phase: Phase, startMinute: number) => number,
  step = 0,
): InputSeries {
  const pairs = Object.entries({ ...labels, job: EVALUATOR_JOB }).map(
    ([name, value]) => `${name}="${value}"`,
  );
  let startMinute = 0;
  const parts: string[] = [];
  for (const phase of phases) {
    const more = phase.minutes - 1;
    if (phase.evaluator === 'gone') parts.push('stale', ...(more > 0 ? [`_x${more}`] : []));
    else parts.push(`${valueIn(phase, startMinute)}+${step}x${more}`);
    startMinute += phase.minutes;
  }
  return { series: `${gauge}{${pairs.join(',')}}`, values: parts.join(' ') };
}

function good({ bad, total, good = total - bad }: Counts): number {
  return good;
}
