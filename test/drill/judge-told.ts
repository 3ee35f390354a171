import { type ExpectedAlert, type Failure, isOf, ORDINARY } from './failures.ts';
import type { ToldAlert } from './webhook-receiver.ts';

/** The dead man's switch is told all the time. */
export const WATCHDOG_ROUTE = 'watchdog';

/** The first time since `sinceMs` that an expected alert was told as firing. */
export function firstTold(
  told: readonly ToldAlert[],
  expected: ExpectedAlert,
  sinceMs: number,
): ToldAlert | undefined {
  return told.find(
    (alert) => alert.status === 'firing' && alert.atMs >= sinceMs && isOf(expected, alert.labels),
  );
}

/** Whether every page that was told is over. */
export function isQuiet(told: readonly ToldAlert[]): boolean {
  const last = new Map(told.map((alert) => [alert.fingerprint, alert]));
  return [...last.values()].every(({ route, status }) => route !== 'page' || status === 'resolved');
}

/** Whether the last that was told of every alert of that kind is that it is over. */
export function isResolved(told: readonly ToldAlert[], expected: ExpectedAlert): boolean {
  const last = new Map<string, ToldAlert>();
  for (const alert of told) if (isOf(expected, alert.labels)) last.set(alert.fingerprint, alert);
  return last.size > 0 && [...last.values()].every(({ status }) => status === 'resolved');
}

/**
 * Alerts that none of the failures which began before them explains, each once. What an earlier failure left behind
 * may be told late: budgets and reviews remember.
 */
export function unexpectedAlerts(
  told: readonly ToldAlert[],
  played: readonly { readonly failure: Failure; readonly startedMs: number }[],
): ToldAlert[] {
  const found = new Map<string, ToldAlert>();
  for (const alert of told) {
    if (alert.status !== 'firing' || alert.route === WATCHDOG_ROUTE) continue;
    if (ORDINARY.some((each) => isOf(each, alert.labels))) continue;
    const isExplained = played.some(
      ({ failure, startedMs }) =>
        startedMs <= alert.atMs && [...failure.must, ...failure.may].some((each) => isOf(each, alert.labels)),
    );
    if (!isExplained && !found.has(alert.fingerprint)) found.set(alert.fingerprint, alert);
  }
  return [...found.values()];
}

/** What is wrong with an alert that was told: its route, its groups, its texts. Empty: nothing. */
export function faultsOf(
  alert: ToldAlert,
  severity: 'page' | 'ticket',
  groupBy: readonly string[],
  hasRunbook: (path: string) => boolean,
): string[] {
  const faults: string[] = [];
  if (alert.labels.severity !== severity) faults.push(`severity ${alert.labels.severity}, not ${severity}`);
  if (alert.route !== severity) faults.push(`told at ${alert.route}, not at ${severity}`);
  const groups = groupBy.filter((name) => alert.labels[name] !== undefined);
  if (Object.keys(alert.groupLabels).sort().join() !== [...groups].sort().join())
    faults.push(`grouped by ${Object.keys(alert.groupLabels).join(', ')}, not by ${groups.join(', ')}`);
  if (!hasRunbook(alert.annotations.runbook_url ?? '')) faults.push('no such runbook');
  if ((alert.annotations.summary ?? '') === '' || (alert.annotations.description ?? '') === '')
    faults.push('it does not say what happened');
  return faults;
}
