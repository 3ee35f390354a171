import { createRandom } from '../support/random.ts';
import { between, type Disturbance, type Draw } from './disturbance.ts';
import { burstCopies, burstPoison } from './disturbances/burst-records.ts';
import {
  cutAnswers,
  cutConnections,
  cutRequests,
  delayStatements,
  lateInserts,
  refuseAfterwards,
  refuseStatements,
} from './disturbances/disturb-statements.ts';
import {
  killBroker,
  killEngine,
  killRecorder,
  killVault,
  stopBroker,
  stopEngine,
  stopRecorder,
} from './disturbances/end-process.ts';
import { inviteRecorder } from './disturbances/invite-recorder.ts';
import { expireSession, stallEngine, stallVault, zombieRecorder } from './disturbances/pause-process.ts';
import { trimAhead, trimBehind } from './disturbances/trim-log.ts';

export interface PlannedStep {
  readonly number: number;
  /** Pause before it. */
  readonly gapMs: number;
  readonly disturbance: Disturbance;
}

/** How often each disturbance is in the deck that is shuffled and dealt again and again. */
export type Deck = readonly (readonly [Draw, number])[];

/** More than half of its kills end a process. */
export const FULL_DECK: Deck = [
  [killRecorder, 26],
  [stopRecorder, 5],
  [zombieRecorder, 8],
  [expireSession, 3],
  [killEngine, 16],
  [stopEngine, 4],
  [stallEngine, 4],
  [killVault, 6],
  [stallVault, 3],
  [killBroker, 1],
  [stopBroker, 1],
  [inviteRecorder, 4],
  [cutAnswers, 10],
  [cutRequests, 5],
  [cutConnections, 6],
  [lateInserts, 5],
  [delayStatements, 3],
  [refuseStatements, 6],
  [refuseAfterwards, 4],
  [burstPoison, 3],
  [burstCopies, 3],
  [trimBehind, 3],
  [trimAhead, 2],
];

/** Some of everything: enough for every change of the code, and no more than a minute. */
export const SHORT_DECK: Deck = [
  [killRecorder, 4],
  [stopRecorder, 1],
  [zombieRecorder, 1],
  [killEngine, 3],
  [stallEngine, 1],
  [killVault, 1],
  [killBroker, 1],
  [inviteRecorder, 1],
  [cutAnswers, 2],
  [cutRequests, 1],
  [cutConnections, 1],
  [lateInserts, 2],
  [refuseStatements, 1],
  [refuseAfterwards, 1],
  [burstPoison, 1],
  [burstCopies, 1],
  [trimBehind, 1],
  [trimAhead, 1],
];

const LONGEST_GAP_MS = 300;

/** Every disturbance of a run, without end. The same seed and deck give the same plan. */
export function* planDisturbances(seed: number, deck: Deck): Generator<PlannedStep> {
  const random = createRandom(seed);
  for (let number = 1; ; ) {
    for (const draw of shuffle(deck, random)) {
      yield { number: number++, gapMs: between(random, 0, LONGEST_GAP_MS), disturbance: draw(random) };
    }
  }
}

function shuffle(deck: Deck, random: () => number): Draw[] {
  const cards = deck.flatMap(([draw, copies]) => Array.from({ length: copies }, () => draw));
  for (let last = cards.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const card = cards[last];
    const swapped = cards[other];
    if (card === undefined || swapped === undefined) continue;
    cards[last] = swapped;
    cards[other] = card;
  }
  return cards;
}
