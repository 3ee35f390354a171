import type { Slo } from './definition.ts';
import { EVALUATOR_JOB, GAUGES, RECORDED } from './metric-names.ts';
import { showCounts } from './shown-counts.ts';
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

type Subject = { readonly tenant: string; readonly service: string };

export type TimelineOptions = {
  readonly instances?: readonly string[];
  /** Value of the "data is due" gauge: 1 unless told. */
  readonly expected?: 0 | 1;
  /** What is usual: the burn rate that the baseline was recorded with. None unless told. */
  readonly usual?: number;
  /** Whom the phases are about: the example's tenant and service unless told. */
  readonly subjects?: readonly Subject[];
  /** Evaluators show counts as they do of very many objectives. */
  readonly lean?: boolean;
  /** Who besides has traffic, and never a failure. */
  readonly calm?: readonly Subject[];
};

/** Tenant and service that stand for any in the tests of an SLO. */
export function exampleSubject(slo: Slo): Subject {
  return {
    tenant: slo.tenant === '*' ? 'tenant-a' : slo.tenant,
    service: slo.service === '*' ? 'service-a' : slo.service,
  };
}

/** What evaluators export through the phases, one sample a minute from minute 0, in promtool's notation. */
export function timelineSeries(
  slo: Slo,
  phases: readonly Phase[],
  { instances = ['evaluator-1:7073'], expected = 1, usual, ...whom }: TimelineOptions = {},
): readonly InputSeries[] {
  const { subjects = [exampleSubject(slo)], calm = [], lean = false } = whom;
  const how = { expected, lean };
  const calmPhases = phases.map((phase) => ({ ...phase, counts: calmCounts }));
  const recorded = subjects.flatMap((subject) => {
    if (usual === undefined) return [];
    const labels = { slo: slo.name, ...subject, window: '1h' };
    return [recordedSeries(RECORDED.baseline, labels, phases, () => usual)];
  });
  return [
    ...recorded,
    ...instances.flatMap((instance) => [
      series(GAUGES.blind, { instance }, phases, (phase) => (phase.evaluator === 'sees' ? 0 : 1)),
      series(GAUGES.evaluated, { instance }, phases, (_, startMinute) => startMinute * 60, 60),
      series(GAUGES.watermark, { instance }, phases, (_, startMinute) => startMinute * 60, 60),
      ...subjects.flatMap((subject) => subjectSeries(slo, { ...subject, instance }, phases, how)),
      ...calm.flatMap((subject) => subjectSeries(slo, { ...subject, instance }, calmPhases, how)),
    ]),
  ];
}

const calmCounts = (): Counts => ({ bad: 0, total: 100 });

function subjectSeries(
  slo: Slo,
  whom: Readonly<Record<string, string>>,
  phases: readonly Phase[],
  { expected, lean }: { readonly expected: 0 | 1; readonly lean: boolean },
): InputSeries[] {
  const subject = { slo: slo.name, ...whom };
  const all = [series(GAUGES.expected, subject, phases, () => expected)];
  if (slo.budgeting === 'absolute') {
    const remaining = ({ budgetRemaining = 1 }: Phase): number => budgetRemaining;
    all.push(series(GAUGES.budgetRemaining, subject, phases, remaining));
  }
  for (const window of WINDOW_NAMES) {
    const labels = { ...subject, window };
    if (lean) {
      all.push(...leanSeries(slo, labels, phases, window));
      continue;
    }
    all.push(
      series(GAUGES.bad, labels, phases, ({ counts }) => counts(window).bad),
      series(GAUGES.good, labels, phases, ({ counts }) => good(counts(window))),
      series(GAUGES.total, labels, phases, ({ counts }) => counts(window).total),
    );
    if (slo.budgeting !== 'timeslices') continue;
    all.push(series(GAUGES.emptySlices, labels, phases, ({ counts }) => counts(window).empty ?? 0));
  }
  return all;
}

// Only what is shown of very many objectives, and only while it is.
function leanSeries(
  slo: Slo,
  labels: Labels,
  phases: readonly Phase[],
  window: WindowName,
): readonly InputSeries[] {
  const objective = slo.budgeting === 'absolute' ? null : slo.objective;
  const how = { objective, ofSlices: slo.budgeting === 'timeslices', lean: true };
  const shownIn = ({ counts }: Phase) => {
    const { bad, total, empty = 0 } = counts(window);
    return new Map(
      showCounts(window, { good: good(counts(window)), bad, total, empty, unknown: 0, late: 0 }, how),
    );
  };
  const gauges = new Set(phases.flatMap((phase) => [...shownIn(phase).keys()]));
  return [...gauges].map((gauge) =>
    series(gauge, labels, phases, (phase) => shownIn(phase).get(gauge) ?? null),
  );
}

/** Null: there is no such series then. */
type ValueIn = (phase: Phase, startMinute: number) => number | null;
type Labels = Readonly<Record<string, string>>;

function series(
  gauge: string,
  labels: Labels,
  phases: readonly Phase[],
  valueIn: ValueIn,
  step = 0,
): InputSeries {
  return recordedSeries(gauge, { ...labels, job: EVALUATOR_JOB }, phases, valueIn, step);
}

// What a rule recorded has no job.
function recordedSeries(
  gauge: string,
  labels: Labels,
  phases: readonly Phase[],
  valueIn: ValueIn,
  step = 0,
): InputSeries {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  let startMinute = 0;
  const parts: string[] = [];
  for (const phase of phases) {
    const more = phase.minutes - 1;
    const value = phase.evaluator === 'gone' ? null : valueIn(phase, startMinute);
    if (value === null) parts.push('stale', ...(more > 0 ? [`_x${more}`] : []));
    else parts.push(`${value}+${step}x${more}`);
    startMinute += phase.minutes;
  }
  return { series: `${gauge}{${pairs.join(',')}}`, values: parts.join(' ') };
}

function good({ bad, total, good = total - bad }: Counts): number {
  return good;
}
