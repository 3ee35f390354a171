import { ALL_GUARDS, type Guards } from '../../domain/recording/protocol/guards.ts';
import type { Limits } from './explore.ts';
import type { WorldRules } from './world.ts';

/** The smallest world in which a guard is missed. */
export interface GuardTrial {
  readonly guard: keyof Guards;
  readonly log: WorldRules['log'];
  readonly forgetsGroups?: boolean;
  /** What happens first, where the whole world would be too large to get there blindly. */
  readonly after?: readonly string[];
}

const ONE = ['a'];
/** Two copies of one event: the second is a duplicate, whoever looks. */
const COPIES = ['a', 'a'];

export const GUARD_TRIALS: readonly GuardTrial[] = [
  { guard: 'waitOutLeases', log: ONE },
  { guard: 'waitOutStatements', log: ONE },
  { guard: 'keepOnlyDirectly', log: ONE },
  {
    guard: 'keepOnlyAsSameMember',
    log: ONE,
    forgetsGroups: true,
    after: [
      'rebalance: 0 take part, 0 gets it',
      '0 gets a heartbeat’s answer',
      '0: the clock is read',
      'the clock moves on',
      'the clock moves on',
      '0: the clock is read',
      '0: no statement runs',
      '0: what is stored is read',
      'forgotten group: 1 take part, 1 gets it',
      '1 gets a heartbeat’s answer',
      '1: the clock is read',
      'the clock moves on',
      'the clock moves on',
      '1: the clock is read',
      '1: no statement runs',
      '1: what is stored is read',
    ],
  },
  { guard: 'keepWaiting', log: ONE },
  { guard: 'readExactSet', log: COPIES },
  { guard: 'leaseOnInserts', log: ONE },
  { guard: 'leaseFromSending', log: ONE },
  { guard: 'leaseOfGeneration', log: ONE },
  { guard: 'sameEpoch', log: ONE },
  { guard: 'settleDeadline', log: ONE },
  { guard: 'settleStatements', log: ONE },
  { guard: 'progressLast', log: ONE },
  { guard: 'loadLowerKeys', log: COPIES },
];

const BASE: WorldRules = {
  owners: 2,
  log: ONE,
  maxBatch: 2,
  leaseTicks: 1,
  guards: ALL_GUARDS,
  partialInserts: false,
  forgetsGroups: false,
};

/** Rules of a world; what is not given is small and guarded. */
export function rulesOf(changes: Partial<WorldRules>): WorldRules {
  return { ...BASE, ...changes };
}

export function trialRules({ guard, log, forgetsGroups = false }: GuardTrial): WorldRules {
  return rulesOf({ log, forgetsGroups, guards: { ...ALL_GUARDS, [guard]: false } });
}

export const NO_LIMITS: Limits = {
  depth: Number.POSITIVE_INFINITY,
  states: Number.POSITIVE_INFINITY,
  seconds: Number.POSITIVE_INFINITY,
  findEnds: false,
};
