import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Deck, FULL_DECK, planDisturbances, SHORT_DECK } from './plan-disturbances.ts';

function describe(seed: number, deck: Deck, steps: number): string[] {
  const plan = planDisturbances(seed, deck);
  return Array.from({ length: steps }, () => {
    const step = plan.next().value;
    return `#${step.number} after ${step.gapMs} ms: ${step.disturbance.says}`;
  });
}

test('the same seed gives the same plan, another seed another one', () => {
  assert.deepEqual(describe(1, FULL_DECK, 500), describe(1, FULL_DECK, 500));
  assert.notDeepEqual(describe(1, FULL_DECK, 500), describe(2, FULL_DECK, 500));
});

for (const [name, deck] of [
  ['full', FULL_DECK],
  ['short', SHORT_DECK],
] as const) {
  test(`the ${name} deck has every card in each deal`, () => {
    const cards = deck.reduce((sum, [, copies]) => sum + copies, 0);
    const kinds = (seed: number) => {
      const plan = planDisturbances(seed, deck);
      const all = Array.from({ length: cards }, () => plan.next().value.disturbance.kind);
      // The code of an injected error is drawn with the card.
      return all.map((kind) => kind.replace(/\d+/, '')).sort();
    };
    assert.deepEqual(kinds(1), kinds(99));
  });
}
