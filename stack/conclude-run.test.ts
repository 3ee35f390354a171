import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concludeRun, type RunEnd } from './conclude-run.ts';

const good: RunEnd = {
  acknowledged: { a: 5, b: 2 },
  appended: new Map([
    ['a', 6],
    ['b', 2],
  ]),
  figures: { recorded: 6, quarantined: 1, duplicates: 1, lost: 0 },
  lag: 0,
};

test('a run adds up when all that Kafka holds ended in one place', () => {
  assert.deepEqual(concludeRun(good), {
    sent: 8,
    sum: 'sent 8 = recorded 6 + quarantined 1 + duplicates 1',
    problems: [],
    addsUp: true,
  });
});

const BAD: readonly [string, Partial<RunEnd>][] = [
  ['a record is missing', { figures: { ...good.figures, recorded: 5 } }],
  ['a record is there twice', { figures: { ...good.figures, recorded: 7 } }],
  ['Kafka lacks what it acknowledged', { acknowledged: { a: 7 } }],
  ['offsets are lost', { figures: { ...good.figures, lost: 1 } }],
  ['something is still under way', { lag: 1 }],
];

for (const [what, changes] of BAD) {
  test(`it does not when ${what}`, () => assert.equal(concludeRun({ ...good, ...changes }).addsUp, false));
}
