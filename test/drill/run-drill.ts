import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Stack } from '../../stack/start-stack.ts';
import { acknowledgeLeaks } from './acknowledge-leaks.ts';
import { type DrillStack, startDrillStack } from './drill-stack.ts';
import { type ExpectedAlert, type Failure, isOf } from './failures.ts';
import { followLink } from './follow-link.ts';
import { faultsOf, firstTold, isQuiet, isResolved, unexpectedAlerts, WATCHDOG_ROUTE } from './judge-told.ts';
import { pause, waitFor } from './wait-for.ts';
import type { ToldAlert } from './webhook-receiver.ts';

export interface DrillOptions {
  readonly failures: readonly Failure[];
  readonly seed: number;
  /** How many times faster than life. */
  readonly timescale: number;
  /** Decisions per second over the whole fleet. */
  readonly rate: number;
  /** Unscaled minutes of an ordinary day before the first failure, and after each. */
  readonly quietMinutes: number;
  /** Alerts that are no surprise, beside those that the failures explain. */
  readonly mayTell: readonly ExpectedAlert[];
  readonly progress: (line: string) => void;
  readonly signal?: AbortSignal;
}

interface FailureResult {
  readonly id: string;
  readonly title: string;
  /** Seconds from the cause to the last alert that must be told; null: not told in time. */
  readonly detectedS: number | null;
  /** Seconds from the end of the cause until it was told to be over; null: never. */
  readonly resolvedS: number | null;
  readonly alerts: readonly string[];
  /** Decisions that the links led to. */
  readonly decisions: number;
  readonly faults: readonly string[];
}

export interface DrillResult {
  readonly failures: readonly FailureResult[];
  readonly unexpected: readonly string[];
  readonly timescale: number;
  readonly durationS: number;
}

interface Played {
  readonly failure: Failure;
  readonly startedMs: number;
  endedMs: number;
  readonly told: readonly ToldAlert[];
  readonly faults: readonly string[];
  readonly decisions: number;
}

const ROOT = resolve(import.meta.dirname, '../..');
/** The slowest alert waits ten minutes after ten minutes; the slowest to end remembers an hour. And the machine is slow. */
const DETECT_MINUTES = 60;
const RESOLVE_MINUTES = 90;
const MACHINE_MS = 120_000;
/** Of the eight policies of two tenants. */
const MIN_REFERENCES = 4;

/** Whether every failure was told rightly and was over in the end, and nothing else was told. */
export function isPassed({ failures, unexpected }: DrillResult): boolean {
  const isFine = ({ detectedS, resolvedS, faults }: FailureResult) =>
    detectedS !== null && resolvedS !== null && faults.length === 0;
  return failures.length > 0 && failures.every(isFine) && unexpected.length === 0;
}

/** Acts failures out one after the other in a running system, and listens to what its alerts say. */
export async function runDrill(options: DrillOptions): Promise<DrillResult> {
  const startedMs = performance.now();
  const { timescale, rate, seed, progress } = options;
  const drill = await startDrillStack({ timescale, rate, seed, say: progress });
  try {
    const played = await playAll(drill, options);
    const failures = await untilResolved(drill, played.all, options);
    const told = drill.webhook.told
      .slice(played.toldBefore)
      .filter(({ labels }) => !options.mayTell.some((each) => isOf(each, labels)));
    const unexpected = unexpectedAlerts(told, played.all).map(describeAlert);
    const durationS = Math.round((performance.now() - startedMs) / 1000);
    return { failures, unexpected, timescale, durationS };
  } finally {
    await drill.stop();
  }
}

async function playAll(
  drill: DrillStack,
  options: DrillOptions,
): Promise<{ readonly all: Played[]; readonly toldBefore: number }> {
  const { stack, webhook } = drill;
  const { progress, timescale } = options;
  const scaledMs = (minutes: number) => (minutes * 60_000) / timescale;
  await waitFor(() => webhook.told.some(({ route }) => route === WATCHDOG_ROUTE), MACHINE_MS, options.signal);
  await waitFor(() => isQuiet(webhook.told), MACHINE_MS, options.signal);
  const needsReference = options.failures.some(({ must }) =>
    must.some(({ alertname }) => alertname === 'DriftFound'),
  );
  if (needsReference) await waitFor(() => hasReferences(stack), 2 * MACHINE_MS, options.signal);
  progress('Alerts arrive; an ordinary day begins');
  // While parts start one after the other Docket is blind, and says so.
  const toldBefore = webhook.told.length;
  await pause(scaledMs(options.quietMinutes), options.signal);
  const played: Played[] = [];
  const dealing: Promise<number>[] = [];
  for (const failure of options.failures) {
    const each = await playOne(drill, failure, scaledMs(DETECT_MINUTES) + MACHINE_MS, options.signal);
    played.push(each);
    const seconds = each.told.length < failure.must.length ? null : secondsTo(each.startedMs, each.told);
    progress(
      `${failure.id} ${failure.title}: ${seconds === null ? 'NOT DETECTED' : `detected after ${seconds} s`}, ` +
        `${each.told.map(({ labels }) => labels.alertname).join(', ')}; ${[`${each.decisions} decisions behind it`, ...each.faults].join('; ')}`,
    );
    // Somebody deals with it while the next failure begins; whatever this overlooks is looked for in the end.
    if (failure.scenario === 'leak') dealing.push(acknowledgeLeaks(stack).catch(() => 0));
    await pause(scaledMs(options.quietMinutes), options.signal);
  }
  await Promise.all(dealing);
  return { all: played, toldBefore };
}

async function playOne(
  { stack, webhook, groupBy }: DrillStack,
  failure: Failure,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Played> {
  const startedMs = Date.now();
  await enter(stack, failure.scenario);
  const heard = () =>
    failure.must.flatMap((each) => firstTold(webhook.told, withSeverity(each), startedMs) ?? []);
  await waitFor(() => heard().length === failure.must.length, timeoutMs, signal);
  const told = heard();
  const faults = told.flatMap((alert) => {
    const severity = failure.must.find(({ alertname }) => alertname === alert.labels.alertname)?.severity;
    return faultsOf(alert, severity ?? 'page', groupBy, (path) => existsSync(resolve(ROOT, path)));
  });
  let decisions = 0;
  for (const alert of told) {
    const followed = await followLink(stack, alert);
    decisions += followed.decisions;
    if (followed.fault !== null) faults.push(`${alert.labels.alertname}: ${followed.fault}`);
  }
  await enter(stack, 'normal');
  return { failure, startedMs, endedMs: Date.now(), told, faults, decisions };
}

async function untilResolved(
  { stack, webhook }: DrillStack,
  played: readonly Played[],
  { timescale, progress, signal }: DrillOptions,
): Promise<FailureResult[]> {
  progress('The causes are gone; waiting until every alert is over');
  const resolvedMs = new Map<Played, number>();
  const leaks = played.filter(({ failure }) => failure.scenario === 'leak');
  const look = async () => {
    for (const each of played) {
      const alerts = each.failure.must.map(withSeverity);
      if (
        each.told.length > 0 &&
        !resolvedMs.has(each) &&
        alerts.every((alert) => isResolved(webhook.told, alert))
      ) {
        resolvedMs.set(
          each,
          Math.max(
            ...webhook.told
              .filter(({ fingerprint }) => each.told.some((told) => told.fingerprint === fingerprint))
              .map(({ atMs }) => atMs),
          ),
        );
        progress(`${each.failure.id} ${each.failure.title}: over`);
      }
    }
    if (leaks.some((each) => !resolvedMs.has(each))) await acknowledgeLeaks(stack);
    return played.every((each) => resolvedMs.has(each) || each.told.length === 0);
  };
  await waitFor(look, (RESOLVE_MINUTES * 60_000) / timescale + MACHINE_MS, signal);
  return played.map((each) => {
    const over = resolvedMs.get(each);
    const { failure, told, faults, decisions } = each;
    return {
      ...{ id: failure.id, title: failure.title, faults, decisions },
      detectedS: told.length < failure.must.length ? null : secondsTo(each.startedMs, told),
      resolvedS: over === undefined ? null : Math.max(0, Math.round((over - each.endedMs) / 100) / 10),
      alerts: told.map(({ labels }) => `${labels.alertname} (${labels.severity})`),
    };
  });
}

function withSeverity({ alertname, labels, severity }: Failure['must'][number]) {
  return { alertname, labels: { ...labels, severity } };
}

function secondsTo(startedMs: number, told: readonly ToldAlert[]): number {
  return Math.round((Math.max(...told.map(({ atMs }) => atMs)) - startedMs) / 100) / 10;
}

function describeAlert({ labels, annotations }: ToldAlert): string {
  const names = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return `${names.join(' ')}: ${annotations.description ?? ''}`;
}

async function enter(stack: Stack, scenario: string): Promise<void> {
  const response = await fetch(`${stack.services.fleet.url}/scenario/${scenario}`, { method: 'POST' });
  if (!response.ok) throw new Error(`The fleet does not act out ${scenario} (HTTP ${response.status}).`);
}

/** Whether most policies have a reference that drift is judged by. */
async function hasReferences({ clickhouse }: Stack): Promise<boolean> {
  const rows = await clickhouse.query<{ known: number }>(
    'SELECT count() AS known FROM drift_references FINAL',
  );
  return (rows[0]?.known ?? 0) >= MIN_REFERENCES;
}
