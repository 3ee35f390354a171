import { between, type Draw } from '../disturbance.ts';

/** Many records at once that nobody can read, oversized ones among them. */
export const burstPoison: Draw = (random) => burst('poison', between(random, 5, 60));

/** A producer that sends again what it sent before, some of it with other content. */
export const burstCopies: Draw = (random) => burst('copies', between(random, 20, 300));

function burst(kind: 'poison' | 'copies', records: number): ReturnType<Draw> {
  return {
    kind,
    says: `${records} records of ${kind} at once`,
    lanes: [],
    lastsMs: 0,
    begin: async ({ load }) => {
      load.burst(kind, records);
      return async () => ({ kills: 0, processKills: 0 });
    },
  };
}
