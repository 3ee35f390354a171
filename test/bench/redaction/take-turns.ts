import { setImmediate as nextTurn } from 'node:timers/promises';

const WARM_UPS = 2;

/** Something that is done once a round, and by itself takes long enough to be measured. */
export interface Way<Name> {
  readonly name: Name;
  readonly run: () => void;
}

/**
 * CPU time of this process that each way took, in µs, by round: user and system, the threads of collector and compiler
 * included. The order turns round each time, so that a drift of the machine favours nobody; what runs before the first
 * round warms up. Between two ways signals are heard.
 */
export async function takeTurns<Name>(
  ways: readonly Way<Name>[],
  rounds: number,
): Promise<Map<Name, number[]>> {
  const samples = new Map<Name, number[]>(ways.map(({ name }) => [name, []]));
  for (let round = -WARM_UPS; round < rounds; round++) {
    for (const { name, run } of round % 2 === 0 ? ways : ways.toReversed()) {
      await nextTurn();
      const before = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) samples.get(name)?.push(user + system);
    }
  }
  return samples;
}
