import { openLogBounds } from '../../platform/kafka/log-bounds.ts';
import { readLag } from '../../stack/log-offsets.ts';
import { createRandom } from '../support/random.ts';
import { until } from '../support/recorder-fixture.ts';
import { type ChaosStack, startChaosStack } from './chaos-stack.ts';
import { compareOffsets } from './compare/compare-offsets.ts';
import { compareRollups, readClosedUntil } from './compare/compare-rollups.ts';
import { describeOffenders } from './compare/describe-offenders.ts';
import type { Stage } from './disturbance.ts';
import { createJournal, type KeptJournal } from './journal.ts';
import { type Deck, planDisturbances } from './plan-disturbances.ts';
import { type DisturbanceFigures, runDisturbances } from './run-disturbances.ts';
import { startLoad } from './start-load.ts';
import { watchRecording } from './watch-recording.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly kills: number;
  readonly minutes: number;
  readonly eventsPerSecond: number;
  readonly deck: Deck;
  /** Only to see the comparison fail: done to the first inserts of decisions. */
  readonly sabotage: 'replay' | 'swallow' | null;
  /** Keeps the stores and logs even if nothing is wrong. */
  readonly keepData: boolean;
  /** Told how it goes, every few seconds. */
  readonly progress: (line: string) => void;
}

export interface ChaosResult {
  readonly kills: number;
  readonly events: number;
  readonly lost: number;
  readonly duplicate: number;
  readonly rollup_mismatch: number;
  readonly root_mismatch: number;
  readonly max_recovery_s: number;
  /** Acknowledged events that are not where they belong. */
  readonly misjudged: number;
  readonly acknowledged: number;
  readonly trimmed: number;
  readonly rollup_cells: number;
  readonly progress_rows: number;
  readonly process_kills: number;
  readonly kills_with_work_before: number;
  readonly recorder_own_exits: number;
  readonly max_stall_s: number;
  readonly max_partition_stall_s: number;
  readonly settle_s: number;
  readonly kills_per_minute: number;
  readonly duration_s: number;
  readonly seed: number;
  readonly by_kind: Readonly<Record<string, number>>;
  /** Why the run ended early, or null. */
  readonly failure: string | null;
  /** Where the stores and logs are kept when something is wrong, or null. */
  readonly data_dir: string | null;
}

const PROGRESS_EVERY_MS = 5_000;
/** Several: after a kill the next owner reads back, and mends what was swallowed just before. */
const SABOTAGED = 10;
const SETTLE_TIMEOUT_MS = 300_000;

/** Whether a run showed what it should. */
export function isClean(result: ChaosResult): boolean {
  const { lost, duplicate, rollup_mismatch, root_mismatch, misjudged, failure } = result;
  return lost + duplicate + rollup_mismatch + root_mismatch + misjudged === 0 && failure === null;
}

/** One whole run: stack, load, disturbances, comparison. Evidence of what is wrong goes to `progress`. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const startedMs = performance.now();
  const journal = createJournal();
  const stack = await startChaosStack(journal.write);
  journal.keepIn(stack.dataDir);
  let clean = false;
  try {
    const result = await disturbAndCompare(options, stack, journal, startedMs);
    clean = isClean(result);
    return clean && !options.keepData ? { ...result, data_dir: null } : result;
  } finally {
    await stack.stop(options.keepData || !clean);
  }
}

async function disturbAndCompare(
  options: ChaosOptions,
  stack: ChaosStack,
  journal: KeptJournal,
  startedMs: number,
): Promise<ChaosResult> {
  const log = await openLogBounds({ brokers: [stack.brokers], clientId: 'docket-chaos' });
  const load = startLoad({
    brokers: stack.brokers,
    // Of its own: how much the load draws depends on time, and the plan must not.
    random: createRandom(options.seed ^ 0x5eed),
    eventsPerSecond: options.eventsPerSecond,
    journal: journal.write,
  });
  const watch = watchRecording(stack.clickhouse, () => load.ledger.ends());
  const stage: Stage = { stack, load, log, journal: journal.write, trimmed: new Map() };
  const figures: DisturbanceFigures = {
    kills: 0,
    processKills: 0,
    killsWithWorkBefore: 0,
    byKind: new Map(),
  };
  const telling = setInterval(() => {
    options.progress(
      `${seconds(startedMs)} s: ${figures.kills} of ${options.kills} kills, ${load.ledger.events} sent, ` +
        `${watch.recorded()} recorded`,
    );
  }, PROGRESS_EVERY_MS);
  const disturbing = performance.now();
  if (options.sabotage !== null) stack.proxy.arm({ kind: options.sabotage }, SABOTAGED, 'decisions');
  let failure: string | null = await failureOf(async () => {
    const plan = planDisturbances(options.seed, options.deck);
    await runDisturbances(plan, stage, watch, options, figures);
  });
  const disturbedMs = performance.now() - disturbing;
  const settling = performance.now();
  await load.stop();
  const settled = await failureOf(async () => {
    // After a failure something may still be down; what is compared is what all of them together make of it.
    await startEverything(stack);
    await settle(stack, log);
  });
  failure ??= settled;
  const settledMs = performance.now() - settling;
  clearInterval(telling);
  await watch.stop();

  options.progress(`${seconds(startedMs)} s: everything is quiet; comparing`);
  const offsets = await compareOffsets({
    clickhouse: stack.clickhouse,
    log,
    ledger: load.ledger,
    trimmed: stage.trimmed,
  });
  const rollups = await compareRollups(stack.clickhouse, stack.minuteMs);
  await log.close();
  const { maxRecoveryMs, maxStallMs, maxPartitionStallMs } = watch.figures();
  const result: ChaosResult = {
    kills: figures.kills,
    events: offsets.events,
    lost: offsets.lost,
    duplicate: offsets.duplicate,
    rollup_mismatch: rollups.mismatch,
    root_mismatch: offsets.rootMismatch,
    max_recovery_s: tenths(maxRecoveryMs),
    misjudged: offsets.misjudged,
    acknowledged: offsets.acknowledged,
    trimmed: offsets.trimmed,
    rollup_cells: rollups.cells,
    progress_rows: offsets.progressRows,
    process_kills: figures.processKills,
    kills_with_work_before: figures.killsWithWorkBefore,
    recorder_own_exits: [...stack.recorders, stack.guest].reduce((sum, one) => sum + one.ownExits(), 0),
    max_stall_s: tenths(maxStallMs),
    max_partition_stall_s: tenths(maxPartitionStallMs),
    settle_s: tenths(settledMs),
    kills_per_minute: Math.round((figures.kills * 60_000) / disturbedMs),
    duration_s: tenths(performance.now() - startedMs),
    seed: options.seed,
    by_kind: Object.fromEntries([...figures.byKind].sort(([a], [b]) => a.localeCompare(b))),
    failure,
    data_dir: stack.dataDir,
  };
  if (!isClean(result)) {
    for (const line of await describeOffenders(stack.clickhouse, offsets.offenders, journal))
      options.progress(line);
    for (const example of rollups.examples) options.progress(`rollup: ${JSON.stringify(example)}`);
    options.progress(`the last steps:\n${journal.last(30).join('\n')}`);
    options.progress(`stores, logs and the journal are kept in ${stack.dataDir}`);
  }
  return result;
}

async function startEverything({ broker, engine, recorders }: ChaosStack): Promise<void> {
  const parts = [broker, engine, ...recorders];
  for (const part of parts) part.signal('SIGCONT');
  await Promise.all(parts.map((part) => part.start()));
}

/** Resolves when everything appended is recorded and its minutes are closed. Throws when that takes too long. */
async function settle(stack: ChaosStack, log: Parameters<typeof readLag>[0]): Promise<void> {
  const lag = () => readLag(log, stack.clickhouse).catch(() => -1);
  await until('everything is recorded', async () => (await lag()) === 0, SETTLE_TIMEOUT_MS);
  const quietSince = Date.now();
  const isClosed = async () => (await readClosedUntil(stack.clickhouse)) > quietSince;
  await until('every minute of the load is closed', isClosed, SETTLE_TIMEOUT_MS);
}

async function failureOf(act: () => Promise<void>): Promise<string | null> {
  try {
    await act();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : 'failed';
  }
}

function seconds(sinceMs: number): string {
  return ((performance.now() - sinceMs) / 1000).toFixed(0);
}

function tenths(ms: number): number {
  return Math.round(ms / 100) / 10;
}
