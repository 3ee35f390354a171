import { budgetPeriod } from '../../../domain/slo/budget-period.ts';
import type { Slo } from '../../../domain/slo/definition.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import { type JudgedEvent, judgeRawEvents } from './judge-raw-events.ts';
import { type RawAdjustmentFacts, readRawEvents } from './read-raw-events.ts';

/** Values by series, named as seriesName names them. */
export type GaugeValues = ReadonlyMap<string, number>;

export interface Recomputed {
  readonly values: GaugeValues;
  /** Decisions, outcomes and tallies that were judged, and decisions of them that came late. */
  readonly events: number;
  readonly late: number;
}

/** In unscaled minutes, by the name of the label; said again here, so that a window that lasts otherwise shows. */
const WINDOWS: readonly (readonly [string, number])[] = [
  ['5m', 5],
  ['30m', 30],
  ['1h', 60],
  ['2h', 120],
  ['6h', 360],
  ['12h', 720],
  ['1d', 1440],
  ['3d', 3 * 1440],
  ['30d', 30 * 1440],
];
const KNOWN_SHARE = 0.9;

/**
 * Every good, bad, total, unknown, late, empty-slice and budget gauge of some objectives as of `endMs`, the end of a
 * closed minute, from the raw rows alone. Series are those of a tenant and service with events; others are 0.
 */
export async function recomputeGauges(
  clickhouse: ClickHouse,
  slos: readonly Slo[],
  endMs: number,
  bucketMs: number,
): Promise<Recomputed> {
  return (await prepareRecomputation(clickhouse, slos, endMs, bucketMs))(endMs);
}

/**
 * The same for any end of a minute up to `untilMs`: rows are read and judged once. What counts in a minute depends on
 * nothing that was appended after it.
 */
export async function prepareRecomputation(
  clickhouse: ClickHouse,
  slos: readonly Slo[],
  untilMs: number,
  bucketMs: number,
): Promise<(endMs: number) => Recomputed> {
  const raw = await readRawEvents(clickhouse, untilMs);
  const judged = slos.map((slo) => ({ slo, events: judgeRawEvents(slo, raw, bucketMs) }));
  const events = raw.decisions.length + raw.outcomes.length + raw.tallies.length;
  return (endMs) => {
    const values = new Map<string, number>();
    let late = 0;
    for (const { slo, events: all } of judged) {
      const closed = all.filter(({ minuteMs }) => minuteMs < endMs);
      late = Math.max(late, closed.filter((one) => one.late).length);
      const bySeries = Map.groupBy(closed, ({ tenant, service }) => JSON.stringify([tenant, service]));
      for (const own of bySeries.values()) {
        recomputeSeries(slo, adjust(slo, own, raw.adjustments, endMs), { endMs, bucketMs }, values);
      }
    }
    return { values, events, late };
  };
}

/** A series as text, with its labels in alphabetical order. */
export function seriesName(gauge: string, labels: Readonly<Record<string, string>>): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return `${gauge}{${parts.toSorted().join(',')}}`;
}

/** An event, and whether adjustments leave it in the windows and in the budget. */
interface AdjustedEvent extends JudgedEvent {
  readonly inWindows: boolean;
  readonly inBudget: boolean;
}

// What was declared, and recorded, by then: docs/slos.md says what each kind leaves out.
function adjust(
  slo: Slo,
  events: readonly JudgedEvent[],
  adjustments: readonly RawAdjustmentFacts[],
  endMs: number,
): readonly AdjustedEvent[] {
  const { tenant, service } = events[0] ?? {};
  const own = adjustments.filter(
    (one) =>
      one.tenant === tenant &&
      ['*', slo.name].includes(one.slo) &&
      (one.service === '*' || one.service === service) &&
      one.appendMs < endMs &&
      one.declaredMs <= endMs,
  );
  if (own.length > 0 && slo.budgeting === 'timeslices') {
    throw new Error(`adjustments of slices are not recomputed: ${slo.name} has some`);
  }
  return events.map((event) => {
    const at = event.decidedMinuteMs;
    const maintained = own.filter(
      ({ kind, fromMs, untilMs }) =>
        kind === 'EXCLUSION' && at >= fromMs && (untilMs === null || at < untilMs),
    );
    const announced = ({ fromMs, declaredMs, appendMs }: RawAdjustmentFacts) =>
      fromMs >= Math.max(declaredMs, appendMs);
    const before = own.some(({ kind, fromMs }) => kind === 'BUDGET_RESET' && fromMs <= endMs && at < fromMs);
    return {
      ...event,
      inWindows: !maintained.some(announced),
      inBudget: maintained.length === 0 && !before,
    };
  });
}

interface Clock {
  readonly endMs: number;
  readonly bucketMs: number;
}

function recomputeSeries(
  slo: Slo,
  events: readonly AdjustedEvent[],
  clock: Clock,
  values: Map<string, number>,
): void {
  const { tenant = '', service = '' } = events[0] ?? {};
  const labels = { slo: slo.name, tenant, service };
  const inWindows = events.filter((one) => one.inWindows);
  for (const [window, minutes] of WINDOWS) {
    const counts = countWindow(slo, inWindows, minutes, clock);
    for (const [name, value] of Object.entries(counts)) {
      values.set(seriesName(`docket_slo_${name}`, { ...labels, window }), value);
    }
  }
  const left = budgetLeft(
    slo,
    events.filter((one) => one.inBudget),
    clock,
  );
  if (left !== null) values.set(seriesName('docket_slo_error_budget_remaining_ratio', labels), left);
}

function countWindow(slo: Slo, events: readonly JudgedEvent[], minutes: number, { endMs, bucketMs }: Clock) {
  const within = events.filter(({ minuteMs }) => minuteMs >= endMs - minutes * bucketMs);
  const late = sum(within.filter((one) => one.late));
  const lateEvents = late.good + late.bad + late.unknown;
  if (slo.budgeting === 'timeslices') {
    const sliceMs = slo.sliceMinutes * bucketMs;
    const lastMs = Math.floor(endMs / sliceMs) * sliceMs;
    const counts = countSlices(
      slo,
      events.filter((one) => !one.late),
      ({ minuteMs }) => minuteMs,
      { fromMs: lastMs - minutes * bucketMs, toMs: lastMs, sliceMs },
    );
    const shown = known(slo, counts);
    // Empty slices are among the good ones: where those are no data, there are none to show.
    return { ...shown, late: lateEvents, empty_slices: shown.total === 0 ? 0 : counts.empty };
  }
  return { ...known(slo, { ...sum(within.filter((one) => !one.late)), empty: 0 }), late: lateEvents };
}

interface Sums {
  readonly good: number;
  readonly bad: number;
  readonly unknown: number;
  readonly empty: number;
}

// Under 90 % known, a window is no data; bad events of a count are bad whatever else is unknown.
function known(slo: Slo, { good, bad, unknown, empty }: Sums) {
  const seen = good + bad - empty;
  if (seen >= KNOWN_SHARE * (seen + unknown)) return { good, bad, total: good + bad, unknown };
  const counted = slo.budgeting === 'absolute' ? bad : 0;
  return { good: 0, bad: counted, total: counted, unknown };
}

function sum(events: readonly JudgedEvent[]) {
  const sums = { good: 0, bad: 0, unknown: 0 };
  for (const { good, bad, unknown } of events) {
    sums.good += good;
    sums.bad += bad;
    sums.unknown += unknown;
  }
  return sums;
}

function countSlices(
  slo: Slo & { readonly budgeting: 'timeslices' },
  events: readonly JudgedEvent[],
  timeOf: (event: JudgedEvent) => number,
  { fromMs, toMs, sliceMs }: { readonly fromMs: number; readonly toMs: number; readonly sliceMs: number },
): Sums {
  const slices = Map.groupBy(events, (event) => Math.floor(timeOf(event) / sliceMs) * sliceMs);
  const counts = { good: 0, bad: 0, unknown: 0, empty: 0 };
  for (let startMs = Math.ceil(fromMs / sliceMs) * sliceMs; startMs < toMs; startMs += sliceMs) {
    const { good, bad, unknown } = sum(slices.get(startMs) ?? []);
    const all = good + bad + unknown;
    if (all === 0) counts.empty++;
    if (all > 0 && good + bad < KNOWN_SHARE * all) counts.unknown++;
    else if (all === 0 || good / (good + bad) >= slo.sliceObjective) counts.good++;
    else counts.bad++;
  }
  return counts;
}

function budgetLeft(slo: Slo, events: readonly JudgedEvent[], { endMs, bucketMs }: Clock): number | null {
  const sliceMs = slo.budgeting === 'timeslices' ? slo.sliceMinutes * bucketMs : 1;
  const atMs = Math.floor(endMs / sliceMs) * sliceMs;
  const period = budgetPeriod(slo.window, atMs, 60_000 / bucketMs);
  const fromMs = Math.round(period.fromMs);
  const own = events.filter(({ decidedMinuteMs }) => decidedMinuteMs >= fromMs);
  if (slo.budgeting === 'timeslices') {
    const counts = countSlices(slo, own, ({ decidedMinuteMs }) => decidedMinuteMs, {
      fromMs,
      toMs: atMs,
      sliceMs,
    });
    const seen = counts.good + counts.bad - counts.empty;
    if (seen === 0 || seen < KNOWN_SHARE * (seen + counts.unknown)) return null;
    const slices = Math.floor(Math.round(period.toMs) / sliceMs) - Math.ceil(fromMs / sliceMs);
    return 1 - counts.bad / (slices * Number((1 - slo.objective).toPrecision(12)));
  }
  const counts = known(slo, { ...sum(own), empty: 0 });
  if (counts.total === 0) return null;
  if (slo.budgeting === 'absolute') return 1 - counts.bad / slo.maxCount;
  return 1 - counts.bad / counts.total / Number((1 - slo.objective).toPrecision(12));
}
