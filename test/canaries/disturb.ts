import { setTimeout as sleep } from 'node:timers/promises';
import type { CanaryStack } from './canary-stack.ts';

/** What happens to the system while canaries are planted, in this order, spread evenly. */
const DISTURBANCES: readonly ((stack: CanaryStack) => Promise<void>)[] = [
  ({ services }) => killAndStart(services.recorder),
  ({ engine }) => killAndStart(engine),
  async ({ proxy }) => refuseInserts(proxy, { kind: 'error-before', code: 241 }),
  ({ services }) => killAndStart(services.auditor),
  async ({ proxy }) => refuseInserts(proxy, { kind: 'cut-answer' }),
  ({ services }) => killAndStart(services.gateway),
  ({ services }) => killAndStart(services.vault),
  async ({ proxy }) => refuseInserts(proxy, { kind: 'error-after', code: 252 }),
  ({ engine }) => killAndStart(engine),
  ({ services }) => killAndStart(services.recorder),
];
const DOWN_MS = 700;
const REFUSED_INSERTS = 6;

export interface Disturber {
  /** Disturbs what is due when so much of the planting is done (0 to 1). */
  reached(share: number): void;
  /** Resolves when everything that was ended is up again. */
  done(): Promise<void>;
  /** Processes killed so far. */
  kills(): number;
}

/** Kills and hinders the parts of a stack as the planting goes on. */
export function createDisturber(stack: CanaryStack, say: (line: string) => void): Disturber {
  let next = 0;
  let running: Promise<void> = Promise.resolve();
  const kills = [0, 1, 3, 5, 6, 8, 9];
  return {
    reached: (share) => {
      if (next >= DISTURBANCES.length || share < (next + 1) / (DISTURBANCES.length + 1)) return;
      const disturb = DISTURBANCES[next++];
      running = running
        .then(() => disturb?.(stack))
        .catch((error) => say(`a disturbance failed: ${error instanceof Error ? error.message : 'unknown'}`));
    },
    done: () => running,
    kills: () => kills.filter((at) => at < next).length,
  };
}

async function killAndStart(part: CanaryStack['engine']): Promise<void> {
  await part.end('SIGKILL');
  await sleep(DOWN_MS);
  await part.start();
}

function refuseInserts(
  proxy: CanaryStack['proxy'],
  interference: Parameters<CanaryStack['proxy']['arm']>[0],
): void {
  proxy.arm(interference, REFUSED_INSERTS, 'inserts');
}
