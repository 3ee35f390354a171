import { setTimeout as sleep } from 'node:timers/promises';
import { between, type Disturbance, type Draw } from '../disturbance.ts';
import type { Interference, StatementKind } from '../interference.ts';

const ERRORS = [252, 241, 164, 242];
/** How long a disturbance waits for a statement that it can meet. */
const PATIENCE_MS = 3_000;

/** Acknowledgements are lost: the server has committed, the answer does not arrive. */
export const cutAnswers: Draw = (random) =>
  disturb('cut-answer', { kind: 'cut-answer' }, between(random, 1, 6), mostlyInserts(random), random);

/** Connections break in the middle of a request: the server sees half a block. */
export const cutRequests: Draw = (random) =>
  disturb('cut-request', { kind: 'cut-request' }, between(random, 1, 4), mostlyInserts(random), random);

/** The client is cut off, and its insert arrives late, perhaps after somebody else has taken over. */
export const lateInserts: Draw = (random) =>
  disturb(
    'late-insert',
    { kind: 'late', ms: between(random, 100, 5_000) },
    between(random, 1, 3),
    'inserts',
    random,
  );

export const delayStatements: Draw = (random) =>
  disturb(
    'delay',
    { kind: 'delay', ms: between(random, 100, 2_500) },
    between(random, 1, 8),
    'anything',
    random,
  );

/** An error instead of the statement. */
export const refuseStatements: Draw = (random) => {
  const code = ERRORS[between(random, 0, ERRORS.length - 1)] ?? 252;
  const interference = { kind: 'error-before', code } as const;
  return disturb(`error-${code}`, interference, between(random, 1, 12), mostlyInserts(random), random);
};

/** An error after the statement was carried out all the same. */
export const refuseAfterwards: Draw = (random) => {
  const code = ERRORS[between(random, 0, ERRORS.length - 1)] ?? 252;
  const interference = { kind: 'error-after', code } as const;
  return disturb(`error-${code}-after`, interference, between(random, 1, 4), 'inserts', random);
};

/** Every connection to the engine is cut at once, whatever is under way on it. */
export const cutConnections: Draw = (random) => {
  const lastsMs = between(random, 0, 400);
  return {
    kind: 'cut-connections',
    says: `all connections between recorders and engine cut, again after ${lastsMs} ms`,
    lanes: ['proxy'],
    lastsMs,
    begin: async ({ stack }) => {
      // At the moment of a statement, if one comes.
      for (let waitedMs = 0; stack.proxy.inFlight() === 0 && waitedMs < 1_000; waitedMs += 2) await sleep(2);
      const first = stack.proxy.cutAll();
      return async () => ({ kills: first + stack.proxy.cutAll() > 0 ? 1 : 0, processKills: 0 });
    },
  };
};

function mostlyInserts(random: () => number): StatementKind {
  return random() < 0.75 ? 'inserts' : 'anything';
}

function disturb(
  kind: string,
  interference: Interference,
  count: number,
  only: StatementKind,
  random: () => number,
): Disturbance {
  const cuts = interference.kind.startsWith('cut') || interference.kind === 'late';
  const lastsMs = between(random, 100, 1_000);
  const details = 'ms' in interference ? ` by ${interference.ms} ms` : '';
  return {
    kind,
    says: `${kind}${details}: the next ${count} ${only === 'inserts' ? 'inserts' : 'statements'}`,
    lanes: ['proxy'],
    lastsMs,
    begin: async ({ stack }) => {
      const armed = stack.proxy.arm(interference, count, only);
      return async () => {
        for (let waitedMs = 0; armed.hits() === 0 && waitedMs < PATIENCE_MS; waitedMs += 20) await sleep(20);
        armed.disarm();
        return { kills: cuts && armed.hits() > 0 ? 1 : 0, processKills: 0 };
      };
    },
  };
}
