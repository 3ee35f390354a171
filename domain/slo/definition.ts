/** What an indicator counts. `thresholdMs`: a decision that takes longer is bad. */
export type Indicator =
  | { readonly kind: 'decision-latency'; readonly thresholdMs: number }
  | { readonly kind: 'enforcement-success' }
  | { readonly kind: 'coverage' }
  | { readonly kind: 'audit-completeness' };

/** Every indicator that the evaluator computes. */
export const INDICATOR_KINDS = [
  'decision-latency',
  'enforcement-success',
  'coverage',
  'audit-completeness',
] as const satisfies readonly Indicator['kind'][];

/** A calendar date; `month` is 1…12. */
export type CalendarDate = { readonly year: number; readonly month: number; readonly day: number };

/** A budget that is renewed with every period of a calendar: at midnight, in a named time zone. */
export type CalendarWindow = {
  readonly kind: 'calendar';
  readonly unit: 'week' | 'month' | 'quarter';
  /** Name in the IANA database, such as `Europe/Berlin`. */
  readonly timeZone: string;
  /** A date on which a period starts: which weekday weeks, and which months quarters begin with. */
  readonly startDate: CalendarDate;
};

/** A budget over the last `days` of 24 hours each. */
type RollingWindow = { readonly kind: 'rolling'; readonly days: number };

export type BudgetWindow = RollingWindow | CalendarWindow;

type Shared = {
  readonly name: string;
  readonly description: string;
  /** An id, or `*` for each one apart (never summed). */
  readonly service: string;
  readonly tenant: string;
  readonly indicator: Indicator;
  readonly window: BudgetWindow;
  /** The most that its alerts may carry. */
  readonly severity: 'page' | 'ticket';
};

/** The budget is a share of events: `objective` of them, in (0, 1), must be good. */
export type OccurrencesSlo = Shared & {
  readonly budgeting: 'occurrences';
  readonly objective: number;
  readonly alerting: 'burn-rate' | 'ratio-bound';
  /** The absolute 4× tier may page. */
  readonly pageAtFourTimes: boolean;
};

/** The budget is a share of time: `objective` of the slices must be good, which `sliceObjective` of events make one. */
export type TimeslicesSlo = Shared & {
  readonly budgeting: 'timeslices';
  readonly objective: number;
  readonly sliceObjective: number;
  readonly sliceMinutes: number;
  readonly alerting: 'burn-rate';
  readonly pageAtFourTimes: boolean;
};

/** The budget is a count: at most `maxCount` bad events in the window, however many good ones there are. */
export type AbsoluteSlo = Shared & {
  readonly budgeting: 'absolute';
  readonly maxCount: number;
  readonly alerting: 'absolute';
};

/** Objectives that are a share, and so have burn rates. */
export type RatioSlo = OccurrencesSlo | TimeslicesSlo;

/** One service level objective. */
export type Slo = RatioSlo | AbsoluteSlo;

/** Days of a calendar period where alerts need one number; budgets count the real ones. */
const NOMINAL_DAYS = { week: 7, month: 30, quarter: 90 } as const;

/** Days that burn-rate tiers are derived from. */
export function nominalDays(window: BudgetWindow): number {
  return window.kind === 'rolling' ? window.days : NOMINAL_DAYS[window.unit];
}

/** How a window is written in OpenSLO: `30d`, or `1w`, `1M`, `1Q` of a calendar. */
export function windowDuration(window: BudgetWindow): string {
  if (window.kind === 'rolling') return `${window.days}d`;
  return { week: '1w', month: '1M', quarter: '1Q' }[window.unit];
}
