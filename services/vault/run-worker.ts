import { setTimeout as sleep } from 'node:timers/promises';
import { type CompleteOptions, completeErasures } from './complete-erasures.ts';
import { type DestroyOptions, destroyKeys, expireQuarantineDays } from './destroy-keys.ts';
import type { Erasures } from './erasures.ts';

export interface WorkOptions extends DestroyOptions, CompleteOptions {
  readonly erasures: Pick<Erasures, 'beginReleased'>;
  readonly sendAll: () => Promise<void>;
  readonly backupEveryMs: number;
  readonly lastBackupMs: () => number;
}

export interface Worker {
  /** Looks at once, not only when the interval is over. */
  wake(): void;
  stop(): Promise<void>;
}

/** What waits for its end does so for days, and there may be many: no need to look at every one of them each time. */
const ROUNDS_PER_COMPLETION = 10;

/**
 * One round of what the vault does by itself: begin what holds kept back, destroy what is due, certify what is
 * complete, send what waits, back up when it is time. A step that fails keeps no other from its turn.
 */
export async function workOnce(options: WorkOptions, mayComplete = true): Promise<void> {
  const steps: readonly (readonly [string, () => void | Promise<void>])[] = [
    ['begin', () => options.erasures.beginReleased()],
    ['expire', () => expireQuarantineDays(options)],
    ['destroy', () => destroyKeys(options)],
    ['complete', () => (mayComplete ? completeErasures(options) : undefined)],
    ['send', () => options.sendAll()],
    ['back_up', () => backUpWhenDue(options)],
  ];
  for (const [name, step] of steps) {
    try {
      await step();
    } catch (error) {
      options.report.failed(name, error);
    }
  }
}

async function backUpWhenDue({ backUp, backupEveryMs, lastBackupMs, nowMs }: WorkOptions): Promise<void> {
  if (nowMs() - lastBackupMs() >= backupEveryMs) await backUp();
}

/** Goes on working, one round at a time. */
export function startWorker(options: WorkOptions, intervalMs: number): Worker {
  const stopping = new AbortController();
  let woken = new AbortController();
  const run = async () => {
    for (let round = 0; !stopping.signal.aborted; round++) {
      woken = new AbortController();
      await workOnce(options, round % ROUNDS_PER_COMPLETION === 0);
      const signal = AbortSignal.any([stopping.signal, woken.signal]);
      await sleep(intervalMs, undefined, { signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    wake: () => woken.abort(),
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
