/**
 * A record that changes what an objective counts, and never a count itself. `slo` and `service` may be `*`: all of
 * the tenant. Times are Unix milliseconds.
 */
export type SloAdjustment = {
  readonly tenant: string;
  readonly slo: string;
  readonly service: string;
  readonly kind: 'BUDGET_RESET' | 'EXCLUSION' | 'CORRECTION';
  readonly fromMs: number;
  /** Null: until further notice. A reset has no end. */
  readonly untilMs: number | null;
  readonly declaredAtMs: number;
};

/** Which series something is about; `*` for all. */
export type SeriesScope = { readonly tenant: string; readonly slo: string; readonly service: string };

/** Events decided within it are left out: of the budget only, or of the burn windows as well. */
export type Exclusion = SeriesScope & {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly leaves: 'budget' | 'budget-and-windows';
};

/** Longer ago than anything that is counted. */
const ALWAYS_MS = 0;

/**
 * What adjustments that were declared by `atMs` leave out of budgets and burn windows:
 * - maintenance that was declared before it began leaves both;
 * - one declared afterwards (from < declared) leaves the budget only: what alerted then was right to;
 * - a reset starts the budget anew, so all that was decided before it leaves the budget; one that is still to come
 *   leaves nothing yet.
 * What has no length leaves nothing.
 */
export function exclusionsOf(adjustments: readonly SloAdjustment[], atMs: number): readonly Exclusion[] {
  return adjustments.flatMap((adjustment): Exclusion[] => {
    const { tenant, slo, service, kind, fromMs, untilMs, declaredAtMs } = adjustment;
    if (declaredAtMs > atMs || kind === 'CORRECTION') return [];
    const scope = { tenant, slo, service };
    if (kind === 'BUDGET_RESET') {
      return fromMs > atMs ? [] : [{ ...scope, fromMs: ALWAYS_MS, untilMs: fromMs, leaves: 'budget' }];
    }
    const until = untilMs ?? Number.MAX_SAFE_INTEGER;
    if (until <= fromMs) return [];
    const leaves = fromMs < declaredAtMs ? 'budget' : 'budget-and-windows';
    return [{ ...scope, fromMs, untilMs: until, leaves }];
  });
}

/** When a series' budget starts: with its period, or with the last reset in it that was declared by `atMs`. */
export function budgetStartMs(
  adjustments: readonly SloAdjustment[],
  series: SeriesScope,
  periodFromMs: number,
  atMs: number,
): number {
  const resets = adjustments.filter(
    (one) =>
      one.kind === 'BUDGET_RESET' && one.declaredAtMs <= atMs && one.fromMs <= atMs && covers(one, series),
  );
  return Math.max(periodFromMs, ...resets.map(({ fromMs }) => fromMs));
}

/**
 * When the figures of a calendar period stand: two days after its end as a rule (`closesMs`), and when the last
 * correction that touches it was declared, if that is later: what had been appended by then counts.
 */
export function periodClosesMs(
  adjustments: readonly SloAdjustment[],
  series: SeriesScope,
  period: { readonly fromMs: number; readonly toMs: number; readonly closesMs: number },
): number {
  const corrections = adjustments.filter(
    (one) =>
      one.kind === 'CORRECTION' &&
      covers(one, series) &&
      one.fromMs < period.toMs &&
      (one.untilMs ?? Number.MAX_SAFE_INTEGER) > period.fromMs,
  );
  return Math.max(period.closesMs, ...corrections.map(({ declaredAtMs }) => declaredAtMs));
}

/** Whether something that is said of a scope, which may hold `*`, is about a series. */
function covers(scope: SeriesScope, series: SeriesScope): boolean {
  return (
    scope.tenant === series.tenant &&
    (scope.slo === '*' || scope.slo === series.slo) &&
    (scope.service === '*' || scope.service === series.service)
  );
}

/** Whether an event that was decided at `decidedMs` is left out of a series' budget, or of its burn windows. */
export function isExcluded(
  exclusions: readonly Exclusion[],
  series: SeriesScope,
  decidedMs: number,
  of: 'budget' | 'windows',
): boolean {
  return exclusions.some(
    (one) =>
      (of === 'budget' || one.leaves === 'budget-and-windows') &&
      covers(one, series) &&
      one.fromMs <= decidedMs &&
      decidedMs < one.untilMs,
  );
}

/**
 * Whole slices between two times that lie in exclusions of maintenance: they are no part of the period. A reset
 * shortens nothing: the budget that starts anew is a whole one. Times are multiples of the slice.
 */
export function excludedSlices(
  exclusions: readonly Exclusion[],
  series: SeriesScope,
  range: { readonly fromMs: number; readonly toMs: number; readonly sliceMs: number },
  of: 'budget' | 'windows',
): number {
  const spans = exclusions
    .filter((one) => one.fromMs !== ALWAYS_MS && covers(one, series))
    .filter((one) => of === 'budget' || one.leaves === 'budget-and-windows')
    .map(({ fromMs, untilMs }): Span => [Math.max(fromMs, range.fromMs), Math.min(untilMs, range.toMs)]);
  return joinSpans(spans).reduce((slices, [from, to]) => {
    const whole = Math.floor(to / range.sliceMs) - Math.ceil(from / range.sliceMs);
    return slices + Math.max(0, whole);
  }, 0);
}

type Span = readonly [fromMs: number, toMs: number];

/** Spans that overlap or touch as one, so that no slice lies in two of them; empty ones vanish. */
function joinSpans(spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = [];
  for (const [from, to] of spans.filter(([start, end]) => end > start).toSorted(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1]) joined[joined.length - 1] = [last[0], Math.max(last[1], to)];
    else joined.push([from, to]);
  }
  return joined;
}
