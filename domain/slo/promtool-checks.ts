import type { AlertName } from './metric-names.ts';
import type { Counts, Phase, TimelineOptions } from './promtool-timeline.ts';
import type { SloAlert } from './slo-alert.ts';
import type { WindowName } from './windows.ts';

/** What must fire under one alert name at a minute. `at` (minute): how far the numbers reach, if not up to it. */
export type Check = {
  readonly minute: number;
  readonly alert: AlertName;
  readonly firing: readonly {
    readonly alert: SloAlert;
    readonly value: number | 'held';
    readonly at?: number;
  }[];
};
export type Scenario = {
  readonly name: string;
  readonly phases: readonly Phase[];
  readonly options?: TimelineOptions;
  readonly checks: readonly Check[];
};
export type CountsByWindow = (window: WindowName) => Counts;

/** Events in a window where a test does not say otherwise. */
export const TOTAL = 1_000_000;
/** Nothing fails. */
export const none: CountsByWindow = () => ({ bad: 0, total: TOTAL });

/**
 * Minutes of a phase: alerts wait for at most 5 (where a test does not say otherwise) and are kept firing for 5, and
 * promtool's time goes with every minute.
 */
export const PHASE_MINUTES = 10;
/** A minute of the first phase at which whatever has a reason to fire does. */
export const FIRING_MINUTE = 8;
/** How long after its last reason an alert must be over. */
export const RESET_MINUTES = 7;

/** Minutes in which the evaluator sees these counts. */
export function sees(minutes: number, counts: CountsByWindow): Phase {
  return { minutes, evaluator: 'sees', counts };
}

/** These counts in some windows; nothing fails in the others. */
export function only(windows: readonly WindowName[], counts: Counts): CountsByWindow {
  return (window) => (windows.includes(window) ? counts : none(window));
}

/** None of these alerts fires at the minute. */
export function quiet(minute: number, ...names: readonly AlertName[]): Check[] {
  return names.map((alert) => ({ minute, alert, firing: [] }));
}

/** Exactly this alert fires under its name at the minute. */
export function fires(minute: number, alert: SloAlert, value: number | 'held', at?: number): Check {
  return { minute, alert: alert.name, firing: [{ alert, value, ...(at === undefined ? {} : { at }) }] };
}
