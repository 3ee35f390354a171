import type { Severity } from './burn-rate.ts';
import type { AbsoluteSlo } from './definition.ts';
import { ALERTS, RECORDED } from './metric-names.ts';
import { type SloAlert, selectWindow } from './slo-alert.ts';
import type { WindowName } from './windows.ts';

/** From how many bad events in a window an absolute budget alerts. */
export type CountLimit = {
  readonly window: WindowName;
  /** Share of the budget, and never under so many: one event is no trend. */
  readonly budgetShare: number;
  readonly minBad: number;
  readonly severity: Severity;
};

/** Of a budget of 10: page at 2 in 1 h and 3 in 6 h, ticket at 5 in 24 h. */
export const COUNT_LIMITS: readonly CountLimit[] = [
  { window: '1h', budgetShare: 1 / 5, minBad: 2, severity: 'page' },
  { window: '6h', budgetShare: 3 / 10, minBad: 3, severity: 'page' },
  { window: '1d', budgetShare: 1 / 2, minBad: 1, severity: 'ticket' },
];

/** The whole number of bad events at which a limit alerts. */
export function badToAlert({ budgetShare, minBad }: CountLimit, maxCount: number): number {
  return Math.max(minBad, Math.ceil(Number((budgetShare * maxCount).toPrecision(12))));
}

/** Alerts of an absolute budget: too many at once, half of it spent, all of it spent. */
export function absoluteAlerts(
  slo: AbsoluteSlo,
  forSeconds: Readonly<Record<Severity, number>>,
): readonly SloAlert[] {
  const atMost = (severity: Severity): Severity => (slo.severity === 'ticket' ? 'ticket' : severity);
  const counts = COUNT_LIMITS.map((limit): SloAlert => {
    const bad = badToAlert(limit, slo.maxCount);
    const severity = atMost(limit.severity);
    return {
      name: ALERTS.absoluteCount,
      severity,
      window: limit.window,
      condition: `${selectWindow(RECORDED.bad, slo, limit.window)} >= ${bad}`,
      forSeconds: forSeconds[severity],
      what: `too many bad events over ${limit.window}`,
      describe: (value) =>
        `${value} bad events within ${limit.window}; the budget holds ${slo.maxCount}, and this alert starts at ${bad}.`,
      valueFormat: '%.0f',
    };
  });
  const spent = (name: SloAlert['name'], percent: number, severity: Severity, what: string): SloAlert => ({
    name,
    severity,
    window: null,
    condition: `100 * (1 - ${RECORDED.budgetRemaining}{slo="${slo.name}"}) >= ${percent}`,
    forSeconds: forSeconds[severity],
    what,
    describe: (value) => `${value} % of the budget of ${slo.maxCount} bad events is spent.`,
    valueFormat: '%.0f',
  });
  return [
    ...counts,
    spent(ALERTS.budgetSpent, 100, atMost('page'), 'the budget is spent'),
    spent(ALERTS.budgetHalfSpent, 50, 'ticket', 'half of the budget is spent'),
  ];
}
