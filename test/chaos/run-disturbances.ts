import { setTimeout as sleep } from 'node:timers/promises';
import type { Lane, Stage } from './disturbance.ts';
import type { PlannedStep } from './plan-disturbances.ts';
import type { RecordingWatch } from './watch-recording.ts';

export interface RunLimits {
  readonly kills: number;
  readonly minutes: number;
}

export interface DisturbanceFigures {
  kills: number;
  processKills: number;
  /** Kills that were begun after something had been recorded since the one before. */
  killsWithWorkBefore: number;
  /** Disturbances done, by kind. */
  readonly byKind: Map<string, number>;
}

const AT_ONCE = 4;
/** How many steps of the plan are looked at for one whose turn it can be. */
const WINDOW = 4;
/** After this many kills something must have been recorded before the next one: else they show nothing. */
const KILLS_WITHOUT_WORK = 3;
/** After this many, every partition must have moved: else a run of kills could always hit the same ones. */
const KILLS_PER_ROUND = 8;
const STUCK_MS = 180_000;

/**
 * Deals the plan's disturbances, up to four at once as far as they do not need the same, until there were enough
 * kills or the time is up; resolves when all of them are undone. Throws when recording does not move any more.
 */
export async function runDisturbances(
  plan: Iterable<PlannedStep>,
  stage: Stage,
  watch: RecordingWatch,
  limits: RunLimits,
  figures: DisturbanceFigures,
): Promise<void> {
  const busy = new Set<Lane>();
  const active = new Set<Promise<void>>();
  const deadline = performance.now() + limits.minutes * 60_000;
  let failure: Error | null = null;
  let killsSinceWork = 0;
  let lastKillMs = performance.now();

  let round = { kills: 0, sinceMs: performance.now() };

  const until = async (what: string, holds: () => boolean) => {
    const since = performance.now();
    while (failure === null && !holds()) {
      if (performance.now() - since > STUCK_MS) throw new Error(what);
      await sleep(25);
    }
  };
  const untilWorkIsDone = async () => {
    await until('nothing is recorded any more', () => watch.lastMoveMs() > lastKillMs);
    killsSinceWork = 0;
    if (figures.kills < round.kills + KILLS_PER_ROUND) return;
    await until('a partition is recorded no more', () => watch.slowestMoveMs() > round.sinceMs);
    round = { kills: figures.kills, sinceMs: performance.now() };
  };
  const perform = async ({ number, disturbance }: PlannedStep) => {
    stage.journal(`#${number} ${disturbance.says}`);
    const undo = await disturbance.begin(stage);
    await sleep(disturbance.lastsMs);
    const { kills, processKills } = await undo();
    watch.disturbanceEnded();
    stage.journal(`#${number} over${kills === 0 ? ', no kill' : ''}`);
    figures.kills += kills;
    figures.processKills += processKills;
    figures.byKind.set(disturbance.kind, (figures.byKind.get(disturbance.kind) ?? 0) + 1);
    if (kills === 0) return;
    if (watch.lastMoveMs() > lastKillMs) figures.killsWithWorkBefore += 1;
    killsSinceWork += kills;
    lastKillMs = performance.now();
  };

  const dealt = dealInTurn(plan, (step) => step.disturbance.lanes.every((lane) => !busy.has(lane)));
  while (true) {
    while (active.size >= AT_ONCE) await Promise.race(active);
    let step = dealt();
    while (step === null) {
      await Promise.race(active);
      step = dealt();
    }
    await sleep(step.gapMs);
    const { lanes } = step.disturbance;
    if (killsSinceWork >= KILLS_WITHOUT_WORK) await untilWorkIsDone();
    if (failure !== null || figures.kills >= limits.kills || performance.now() > deadline) break;
    for (const lane of lanes) busy.add(lane);
    const running = perform(step)
      .catch((error: unknown) => {
        failure ??= error instanceof Error ? error : new Error('a disturbance failed');
      })
      .finally(() => {
        for (const lane of lanes) busy.delete(lane);
        active.delete(running);
      });
    active.add(running);
  }
  await Promise.all(active);
  if (failure !== null) throw failure;
  lastKillMs = performance.now();
  await untilWorkIsDone();
}

/**
 * The plan's next step whose turn it can be. One that has to wait lets others pass, but not for ever: after as many
 * as the window holds, everything waits for it. Null: wait until something is over.
 */
function dealInTurn(plan: Iterable<PlannedStep>, isFree: (step: PlannedStep) => boolean) {
  const cards = plan[Symbol.iterator]();
  const waiting: { readonly step: PlannedStep; passed: number }[] = [];
  return (): PlannedStep | null => {
    while (waiting.length < WINDOW) {
      const card = cards.next();
      if (card.done === true) throw new Error('the plan is over');
      waiting.push({ step: card.value, passed: 0 });
    }
    const patient = waiting[0];
    const free = waiting.findIndex(({ step }) => isFree(step));
    if (free < 0 || patient === undefined || (free > 0 && patient.passed >= WINDOW)) return null;
    for (const entry of waiting.slice(0, free)) entry.passed++;
    return waiting.splice(free, 1)[0]?.step ?? null;
  };
}
