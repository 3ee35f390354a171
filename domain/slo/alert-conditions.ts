import { burnRate, poissonLowerBound } from './burn-rate.ts';
import type { Slo } from './definition.ts';
import type { WindowName } from './windows.ts';

/** One condition of an alert; all of an alert's must hold. What the rules say in PromQL, for people and for replays. */
export type AlertCondition =
  | { readonly kind: 'burn-above'; readonly window: WindowName; readonly factor: number }
  | { readonly kind: 'bad-at-least'; readonly window: WindowName; readonly least: number }
  /** So many bad events that they are hardly chance: the lower bound of their mean is over the share allowed. */
  | {
      readonly kind: 'poisson-above';
      readonly window: WindowName;
      readonly allowedShare: number;
      readonly z: number;
    }
  | { readonly kind: 'bad-percent-above'; readonly window: WindowName; readonly percent: number }
  | { readonly kind: 'total-at-least'; readonly window: WindowName; readonly least: number }
  /** In one of the windows at least. */
  | { readonly kind: 'all-bad'; readonly windows: readonly WindowName[]; readonly least: number }
  | { readonly kind: 'due' }
  | { readonly kind: 'none-counted'; readonly window: WindowName }
  | { readonly kind: 'spent-at-least'; readonly percent: number }
  | { readonly kind: 'contradiction' }
  /** Above so many times what is usual of it, at least 1: the past of a week is with Prometheus alone. */
  | { readonly kind: 'above-usual'; readonly window: WindowName; readonly times: number }
  /** So many others have a page, at least. */
  | { readonly kind: 'many-paging'; readonly least: number };

/** Counts of one window, as they are exported. `empty`: slices without traffic, which are among the good ones. */
type Counts = {
  readonly good: number;
  readonly bad: number;
  readonly total: number;
  readonly empty: number;
};

/** What an alert is judged by: one objective of one service at the end of one closed minute. */
export type JudgedSeries = {
  readonly windows: ReadonlyMap<WindowName, Counts>;
  /** Data is due. */
  readonly expected: boolean;
  /** Null: no data. */
  readonly budgetRemaining: number | null;
};

export type JudgedCondition = {
  readonly met: boolean;
  /** What is compared, such as `burn rate over 1h`. */
  readonly what: string;
  /** The comparison, such as `14.8 > 14.4`, or why there is none to make. */
  readonly comparison: string;
};

const NO_COUNTS: Counts = { good: 0, bad: 0, total: 0, empty: 0 };
const NO_DATA = 'no data';

/** Judges a condition as Prometheus does by the generated rule: without data nothing is met, but `none-counted`. */
export function judgeCondition(slo: Slo, condition: AlertCondition, series: JudgedSeries): JudgedCondition {
  const of = (window: WindowName) => series.windows.get(window) ?? NO_COUNTS;
  const unit = slo.budgeting === 'timeslices' ? 'slices' : 'events';
  switch (condition.kind) {
    case 'burn-above': {
      const { bad, total } = of(condition.window);
      const burn = slo.budgeting === 'absolute' ? null : burnRate(bad, total, slo.objective);
      return compare(`burn rate over ${condition.window}`, burn, '>', condition.factor);
    }
    case 'above-usual': {
      const { bad, total } = of(condition.window);
      const burn = slo.budgeting === 'absolute' ? null : burnRate(bad, total, slo.objective);
      const compared = compare(`burn rate over ${condition.window}`, burn, '>', condition.times);
      return { ...compared, comparison: `${compared.comparison} × what is usual, taken as 1 here` };
    }
    case 'many-paging':
      return {
        met: false,
        what: 'pages of others',
        comparison: `at least ${condition.least}; not counted here, explain the alert of one of them`,
      };
    case 'bad-at-least':
      return compare(`bad ${unit} over ${condition.window}`, of(condition.window).bad, '>=', condition.least);
    case 'poisson-above': {
      const { bad, total } = of(condition.window);
      const bound = bad === 0 ? null : poissonLowerBound(bad, condition.z);
      const what = `lower bound of bad ${unit} over ${condition.window} (${bad} of ${total})`;
      return compare(what, bound, '>', condition.allowedShare * total);
    }
    case 'bad-percent-above': {
      const { bad, total } = of(condition.window);
      const percent = total > 0 ? (100 * bad) / total : null;
      return compare(`bad ${unit} in % over ${condition.window}`, percent, '>', condition.percent);
    }
    case 'total-at-least':
      return compare(`${unit} over ${condition.window}`, of(condition.window).total, '>=', condition.least);
    case 'all-bad': {
      const failing = condition.windows.filter((window) => {
        const { bad, total, empty } = of(window);
        return bad === total - empty && bad >= condition.least;
      });
      const counts = condition.windows.map((window) => {
        const { bad, total, empty } = of(window);
        return `${window}: ${bad} of ${total - empty}`;
      });
      const comparison = `${counts.join(', ')}; at least ${condition.least}, and all of one window`;
      return { met: failing.length > 0, what: `bad ${unit}`, comparison };
    }
    case 'due':
      return { met: series.expected, what: 'data is due', comparison: series.expected ? 'yes' : 'no' };
    case 'none-counted': {
      const { total, empty } = of(condition.window);
      const counted = total - empty;
      return {
        met: !(counted > 0),
        what: `${unit} over ${condition.window}`,
        comparison: `${counted} = 0`,
      };
    }
    case 'spent-at-least': {
      const spent = series.budgetRemaining === null ? null : 100 * (1 - series.budgetRemaining);
      return compare('spent of the budget in %', spent, '>=', condition.percent);
    }
    case 'contradiction': {
      const wrong = [...series.windows].filter(([, { good, bad, total }]) => good > total || bad < 0);
      const comparison = wrong.length === 0 ? 'none' : wrong.map(([window]) => window).join(', ');
      return { met: wrong.length > 0, what: 'windows with good > total or bad < 0', comparison };
    }
  }
}

function compare(
  what: string,
  value: number | null,
  operator: '>' | '>=',
  threshold: number,
): JudgedCondition {
  if (value === null) return { met: false, what, comparison: `${NO_DATA} ${operator} ${shorten(threshold)}` };
  const met = operator === '>' ? value > threshold : value >= threshold;
  return { met, what, comparison: describe(value, operator, threshold) };
}

// Rounded alike they would look equal where one is just above the other.
function describe(value: number, operator: string, threshold: number): string {
  const isClose = value !== threshold && shorten(value) === shorten(threshold);
  const left = isClose ? String(Number(value.toPrecision(8))) : shorten(value);
  return `${left} ${operator} ${shorten(threshold)}`;
}

function shorten(value: number): string {
  return String(Number(value.toPrecision(4)));
}
