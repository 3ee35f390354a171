import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lowestWatermark } from './lowest-watermark.ts';

const INPUTS = [
  { topic: 'a', partitions: 2 },
  { topic: 'b', partitions: 1 },
];
const ALL = [
  { topic: 'a', partition: 0, watermarkMs: 900 },
  { topic: 'a', partition: 1, watermarkMs: 700 },
  { topic: 'b', partition: 0, watermarkMs: 800 },
];

test('the slowest partition decides', () => {
  assert.deepEqual(lowestWatermark(INPUTS, ALL), { kind: 'seen', watermarkMs: 700 });
});

test('a partition that nobody recorded yet blinds us, and is named', () => {
  assert.deepEqual(lowestWatermark(INPUTS, ALL.slice(1)), { kind: 'blind', missing: ['a/0'] });
  const unstarted = ALL.map((row) => (row.topic === 'b' ? { ...row, watermarkMs: 0 } : row));
  assert.deepEqual(lowestWatermark(INPUTS, unstarted), { kind: 'blind', missing: ['b/0'] });
});

test('topics that are no input change nothing', () => {
  const other = { topic: 'other', partition: 0, watermarkMs: 1 };
  assert.deepEqual(lowestWatermark(INPUTS, [...ALL, other]), { kind: 'seen', watermarkMs: 700 });
});
