import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { readCpuMs } from './cpu-time.ts';

interface Processes {
  /** Ours, if one takes part. */
  readonly node: readonly number[];
  readonly clickhouse: number | null;
  readonly broker: number;
}

interface Sample {
  /** How often was looked until now. */
  readonly looks: number;
  readonly atMs: number;
  readonly stored: number;
  readonly nodeMs: number;
  readonly clickhouseMs: number;
  readonly brokerMs: number;
}

/** CPU of ClickHouse that is nobody's event: subtracted. */
export interface IdleCost {
  readonly cpuMsPerS: number;
  /** For being asked once how much is stored. */
  readonly cpuMsPerLook: number;
}

export interface PhaseFigures {
  readonly events_per_s: number;
  readonly node_cpu_us: number;
  readonly clickhouse_cpu_us: number;
  /** Not part of anybody's cost: the same for all, but for how they fetch. */
  readonly broker_cpu_us: number;
}

export interface PhaseOptions {
  readonly name: string;
  /** How many events there are to store. */
  readonly events: number;
  readonly processes: Processes;
  /** How many are stored by now. */
  readonly readStored: () => Promise<number>;
  readonly idle: IdleCost;
  readonly say: (line: string) => void;
}

/** The part of the run that is measured: start-up, warming up and the last, partial batches are left out. */
const MIDDLE = { from: 0.1, to: 0.9 } as const;
const FOLLOW_TIMEOUT_MS = 300_000;
const STALLED_MS = 90_000;
const IDLE_LOOKS = 30;
const SAY_EVERY_MS = 5_000;

/**
 * Follows a phase until everything is stored, and measures its middle: from the first look at which a tenth was stored
 * to the first at which nine tenths were. Throws an Error when nothing more is stored for a while, or when it went in
 * too few steps to be measured.
 */
export async function measurePhase(options: PhaseOptions): Promise<PhaseFigures> {
  const samples = [takeSample(options, 0, 0)];
  const startedMs = performance.now();
  let movedMs = startedMs;
  let saidMs = startedMs;
  for (let stored = 0; stored < options.events * MIDDLE.to; ) {
    await sleep(lookAgainAfterMs(performance.now() - startedMs));
    const now = await options.readStored();
    const nowMs = performance.now();
    if (now > stored) movedMs = nowMs;
    if (nowMs - movedMs > STALLED_MS)
      throw new Error(
        `${options.name} stores nothing more: it stopped at ${now} of ${options.events} events`,
      );
    stored = now;
    samples.push(takeSample(options, stored, samples.length));
    if (nowMs - saidMs < SAY_EVERY_MS) continue;
    saidMs = nowMs;
    options.say(`  ${options.name}: ${stored} of ${options.events}`);
  }
  return figuresOf(options, samples);
}

/** Resolves with how many are stored once it is at least that many. Throws an Error when it takes too long. */
export async function followStored(
  clickhouse: ClickHouse,
  countSql: string,
  events: number,
): Promise<number> {
  const deadlineMs = performance.now() + FOLLOW_TIMEOUT_MS;
  while (performance.now() < deadlineMs) {
    const [row] = await clickhouse.query<{ n: number }>(countSql);
    if (row !== undefined && row.n >= events) return row.n;
    await sleep(100);
  }
  throw new Error(`${events} events were not stored within ${FOLLOW_TIMEOUT_MS / 1000} s`);
}

/** Often enough for one part in a hundred, and no oftener: a look costs ClickHouse milliseconds. */
function lookAgainAfterMs(elapsedMs: number): number {
  return Math.min(1_000, Math.max(20, elapsedMs / 100));
}

/** What ClickHouse takes for nothing, and for being looked at. */
export async function measureIdle(clickhousePid: number, look: () => Promise<unknown>): Promise<IdleCost> {
  const quiet = await cpuOf(clickhousePid, () => sleep(1_500));
  const watched = await cpuOf(clickhousePid, async () => {
    for (let looks = 0; looks < IDLE_LOOKS; looks++) {
      await look();
      await sleep(20);
    }
  });
  const cpuMsPerS = (quiet.cpuMs * 1000) / quiet.elapsedMs;
  const cpuMsPerLook = Math.max(0, watched.cpuMs - (watched.elapsedMs * cpuMsPerS) / 1000) / IDLE_LOOKS;
  return { cpuMsPerS, cpuMsPerLook };
}

async function cpuOf(pid: number, work: () => Promise<unknown>) {
  const startedMs = performance.now();
  const before = readCpuMs(pid);
  await work();
  return { cpuMs: readCpuMs(pid) - before, elapsedMs: performance.now() - startedMs };
}

function figuresOf(options: PhaseOptions, samples: readonly Sample[]): PhaseFigures {
  const from = samples.find((sample) => sample.stored >= options.events * MIDDLE.from);
  const to = samples.at(-1);
  const events = (to?.stored ?? 0) - (from?.stored ?? 0);
  if (from === undefined || to === undefined || events < options.events / 4)
    throw new Error(`${options.name} went in too few steps to be measured: take more --events`);
  const seconds = (to.atMs - from.atMs) / 1000;
  const perEvent = (ms: number) => (ms * 1000) / events;
  const { cpuMsPerS, cpuMsPerLook } = options.idle;
  const idleMs = seconds * cpuMsPerS + (to.looks - from.looks) * cpuMsPerLook;
  return {
    events_per_s: Math.round(events / seconds),
    node_cpu_us: perEvent(to.nodeMs - from.nodeMs),
    clickhouse_cpu_us: perEvent(Math.max(0, to.clickhouseMs - from.clickhouseMs - idleMs)),
    broker_cpu_us: perEvent(to.brokerMs - from.brokerMs),
  };
}

function takeSample({ processes }: PhaseOptions, stored: number, looks: number): Sample {
  return {
    looks,
    atMs: performance.now(),
    stored,
    nodeMs: processes.node.reduce((sum, pid) => sum + readCpuMs(pid), 0),
    clickhouseMs: processes.clickhouse === null ? 0 : readCpuMs(processes.clickhouse),
    brokerMs: readCpuMs(processes.broker),
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
