import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ALL_GUARDS } from '../../domain/recording/protocol/guards.ts';
import { explore } from './explore.ts';
import { GUARD_TRIALS, NO_LIMITS, rulesOf, trialRules } from './guard-trials.ts';
import { walk } from './replay.ts';
import { Violation } from './world.ts';

interface Counterexample {
  readonly guard: string;
  readonly what: string;
  readonly steps: readonly string[];
}

const counterexamples: readonly Counterexample[] = JSON.parse(
  readFileSync(new URL('./counterexamples.json', import.meta.url), 'utf8'),
);

/** All in all about twenty seconds of one core; `npm run explore` goes further, see docs/results. */
const STATES = 15_000;

test('with one record, everything that can happen to two recorders is explored: stored once, and never stuck', (t) => {
  const found = explore(rulesOf({ log: ['a'] }), { ...NO_LIMITS, findEnds: true });
  t.diagnostic(
    `${found.states} states, ${found.transitions} transitions, ${found.depth} deep, ${found.seconds.toFixed(1)} s`,
  );
  assert.equal(found.violation, null, found.violation?.steps.join('\n'));
  assert.deepEqual([found.complete, found.stuck], [true, 0]);
});

for (const { what, rules } of [
  { what: 'two copies of an event and a record that cannot be read', rules: { log: ['a', null, 'a'] } },
  { what: 'inserts that may become several parts', rules: { log: ['a', 'a'], partialInserts: true } },
  { what: 'three recorders', rules: { log: ['a'], owners: 3 } },
]) {
  test(`whatever happens to two recorders or more, each offset is stored once where it belongs: ${what}`, (t) => {
    const found = explore(rulesOf(rules), { ...NO_LIMITS, states: STATES });
    t.diagnostic(
      `${found.states} states, ${found.transitions} transitions, complete to depth ${found.depth}, ${found.seconds.toFixed(1)} s`,
    );
    assert.equal(found.violation, null, found.violation?.steps.join('\n'));
  });
}

test('every guard has a shortest way to a violation without it', () => {
  assert.deepEqual(counterexamples.map(({ guard }) => guard).sort(), Object.keys(ALL_GUARDS).sort());
});

for (const trial of GUARD_TRIALS) {
  test(`without the guard ${trial.guard} it goes wrong, and with it the same steps do not`, (t) => {
    const example = counterexamples.find(({ guard }) => guard === trial.guard);
    assert.ok(example);
    t.diagnostic(`${example.what} after ${example.steps.length} steps`);
    const without = walk(example.steps, trialRules(trial));
    assert.equal(without instanceof Violation ? without.message : 'no violation', example.what);
    const guarded = walk(example.steps, { ...trialRules(trial), guards: ALL_GUARDS });
    assert.ok(!(guarded instanceof Violation));
  });
}
