import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figuresByMix, type Sample } from './redaction-figures.ts';
import { takeTurns } from './take-turns.ts';

const MIXES = ['clean', 'dirty', 'overall'] as const;
const sample = (path: Sample['path'], cpuUs: readonly number[]): Sample[] =>
  MIXES.map((mix) => ({ mix, path, documents: 100, cpuUs, cut: mix === 'dirty' ? 90 : 0 }));
const samples = [
  ...sample('docket', [1000, 4000, 2000]),
  ...sample('redactor', [1000, 1000, 1000]),
  ...sample('regex_loop', [3000, 8000, 8000]),
];

test('rates are medians over the rounds, the ratio is the median of the rounds’ own ratios', () => {
  const { clean, dirty } = figuresByMix(samples);
  assert.deepEqual(clean.docs_per_s, { docket: 50_000, redactor: 100_000, regex_loop: 12_500 });
  assert.equal(clean.vs_regex_loop, 3);
  assert.deepEqual([clean.cut_share.docket, dirty.cut_share.docket], [0, 0.9]);
});

test('a path that was not measured is an error, not a rate', () => {
  assert.throws(
    () => figuresByMix(samples.filter(({ path }) => path !== 'regex_loop')),
    /regex_loop over the clean/,
  );
});

test('ways take turns, forwards and backwards, and each is measured once a round', async () => {
  const order: string[] = [];
  const ways = ['a', 'b'].map((name) => ({ name, run: () => void order.push(name) }));
  const measured = await takeTurns(ways, 3);
  assert.deepEqual(
    [...measured].map(([name, { length }]) => [name, length]),
    [
      ['a', 3],
      ['b', 3],
    ],
  );
  assert.equal(order.slice(-6).join(''), 'abbaab');
});
