import type { ChaosStack } from '../chaos-stack.ts';
import { between, type Disturbance, type Draw, drawRecorder, type Lane } from '../disturbance.ts';
import type { Supervised } from '../supervised-process.ts';

/** Longer than a session: others take its partitions, it wakes as a zombie with its work in hand, and joins again. */
export const zombieRecorder: Draw = (random) => pauseRecorder(random, 'zombie', 2_000, 5_000);

/** Just about a session: sometimes it is thrown out, sometimes only nearly. */
export const expireSession: Draw = (random) => pauseRecorder(random, 'session-expiry', 1_350, 1_900);

/** Statements stop half-way, time limits with them, and go on later. */
export const stallEngine: Draw = (random) =>
  pause('stall-engine', 'engine', between(random, 300, 3_000), (stack) => stack.engine);

/** Leases are asked for and not answered, some until the recorder gives the answer up. */
export const stallVault: Draw = (random) =>
  pause('stall-vault', 'vault', between(random, 500, 6_000), (stack) => stack.vault);

function pauseRecorder(random: () => number, kind: string, low: number, high: number): Disturbance {
  const { index, lane } = drawRecorder(random);
  const lastsMs = between(random, low, high);
  return pause(kind, lane, lastsMs, (stack) => stack.recorders[index]);
}

function pause(
  kind: string,
  lane: Lane,
  lastsMs: number,
  processOf: (stack: ChaosStack) => Supervised,
): Disturbance {
  return {
    kind,
    says: `SIGSTOP to ${lane}, SIGCONT after ${lastsMs} ms`,
    lanes: [lane],
    lastsMs,
    begin: async ({ stack }) => {
      processOf(stack).signal('SIGSTOP');
      return async () => {
        processOf(stack).signal('SIGCONT');
        return { kills: 1, processKills: 0 };
      };
    },
  };
}
