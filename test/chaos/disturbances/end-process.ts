import type { ChaosStack } from '../chaos-stack.ts';
import { between, type Disturbance, type Draw, drawRecorder, type Lane } from '../disturbance.ts';
import type { Supervised } from '../supervised-process.ts';

/** A recorder is killed outright and started again: in the middle of whatever it was doing. */
export const killRecorder: Draw = (random) => {
  const { index, lane } = drawRecorder(random);
  return end('kill-recorder', lane, 'SIGKILL', between(random, 0, 600), recorderOf(index));
};

/** A recorder is asked to stop in the middle of a batch, and started again. */
export const stopRecorder: Draw = (random) => {
  const { index, lane } = drawRecorder(random);
  return end('stop-recorder', lane, 'SIGTERM', between(random, 0, 600), recorderOf(index));
};

export const killEngine: Draw = (random) =>
  end('kill-engine', 'engine', 'SIGKILL', between(random, 0, 800), (stack) => stack.engine);

export const stopEngine: Draw = (random) =>
  end('stop-engine', 'engine', 'SIGTERM', between(random, 0, 800), (stack) => stack.engine);

/** Whatever needs a key waits until it is back. */
export const killVault: Draw = (random) =>
  end('kill-vault', 'vault', 'SIGKILL', between(random, 500, 2_500), (stack) => stack.vault);

export const killBroker: Draw = (random) =>
  end('kill-broker', 'broker', 'SIGKILL', between(random, 0, 500), (stack) => stack.broker);

export const stopBroker: Draw = (random) =>
  end('stop-broker', 'broker', 'SIGTERM', between(random, 0, 500), (stack) => stack.broker);

function recorderOf(index: 0 | 1) {
  return (stack: ChaosStack) => stack.recorders[index];
}

function end(
  kind: string,
  lane: Lane,
  signal: 'SIGKILL' | 'SIGTERM',
  lastsMs: number,
  processOf: (stack: ChaosStack) => Supervised,
): Disturbance {
  return {
    kind,
    says: `${signal} to ${lane}, down for ${lastsMs} ms`,
    lanes: [lane],
    lastsMs,
    begin: async ({ stack }) => {
      await processOf(stack).end(signal);
      return async () => {
        await processOf(stack).start();
        return { kills: 1, processKills: 1 };
      };
    },
  };
}
