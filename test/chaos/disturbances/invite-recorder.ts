import { between, type Draw } from '../disturbance.ts';

/** Two rebalances: a third recorder joins for a while, and leaves when it is asked to. */
export const inviteRecorder: Draw = (random) => {
  const lastsMs = between(random, 200, 4_000);
  return {
    kind: 'rebalance',
    says: `recorder-3 joins, and leaves after ${lastsMs} ms (SIGTERM)`,
    lanes: ['guest'],
    lastsMs,
    begin: async ({ stack }) => {
      await stack.guest.start();
      return async () => {
        await stack.guest.end('SIGTERM');
        return { kills: 1, processKills: 1 };
      };
    },
  };
};
