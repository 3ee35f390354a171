import { allowedBadShare } from '../../domain/slo/burn-rate.ts';
import type { AbsoluteSlo, OccurrencesSlo } from '../../domain/slo/definition.ts';
import { WINDOW_MINUTES } from '../../domain/slo/windows.ts';
import type { WindowCounts } from '../../services/evaluator/slo/judge-window.ts';
import {
  DAY_MINUTES,
  meanRequestsPerMinute,
  SERVICES,
  type SimulatedService,
  simulateBad,
  simulateTraffic,
} from './simulate-day.ts';

/** Objectives whose budget is a number of events; slices are not simulated. */
export type SimulatedSlo = OccurrencesSlo | AbsoluteSlo;

export interface Fleet {
  readonly slos: readonly SimulatedSlo[];
  readonly seed: number;
  /** The share of bad events in the long run, as so many times what the objective allows. */
  readonly timesBudget: number;
}

/** Events of one objective of one service. Minutes are counted from the first of the history. */
export interface History {
  readonly slo: SimulatedSlo;
  readonly service: string;
  /** Of the `minutes` minutes before one. */
  countsBefore(minute: number, minutes: number): WindowCounts;
}

/** What happens on some days that follow each other, to every objective of every service. */
export function simulateHistories(
  { slos, seed, timesBudget }: Fleet,
  firstDay: number,
  days: number,
): readonly History[] {
  return SERVICES.flatMap((service) => {
    const requests = Array.from({ length: days }, (_, index) =>
      simulateTraffic(seed, service, firstDay + index),
    );
    const totals = sumUp(requests);
    return slos.map((slo) => {
      const of = { service: service.name, slo: slo.name, share: timesBudget * allowedShare(slo, service) };
      const bads = sumUp(requests.map((counts, index) => simulateBad(seed, of, firstDay + index, counts)));
      return {
        slo,
        service: service.name,
        countsBefore: (minute: number, minutes: number) => {
          const total = between(totals, minute, minutes);
          const bad = between(bads, minute, minutes);
          return { good: total - bad, bad, total, unknown: 0, late: 0, empty: 0 };
        },
      };
    });
  });
}

function allowedShare(slo: SimulatedSlo, service: SimulatedService): number {
  if (slo.budgeting === 'occurrences') return allowedBadShare(slo.objective);
  return slo.maxCount / (WINDOW_MINUTES['30d'] * meanRequestsPerMinute(service));
}

/** How many there were before each minute. */
function sumUp(days: readonly Uint32Array[]): Float64Array {
  const sums = new Float64Array(days.length * DAY_MINUTES + 1);
  let at = 0;
  for (const day of days) {
    for (const count of day) {
      sums[at + 1] = (sums[at] ?? 0) + count;
      at++;
    }
  }
  return sums;
}

function between(sums: Float64Array, minute: number, minutes: number): number {
  return (sums[minute] ?? 0) - (sums[Math.max(0, minute - minutes)] ?? 0);
}
