import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PhaseFigures } from './measure-phase.ts';
import { medianFigures, quantile } from './median-figures.ts';
import { ratiosOf } from './recorder-figures.ts';

const figures = (rate: number, node: number, clickhouse: number): PhaseFigures => ({
  events_per_s: rate,
  node_cpu_us: node,
  clickhouse_cpu_us: clickhouse,
  broker_cpu_us: 1,
});
const phases = {
  discard: figures(400_000, 2, 0),
  docket: figures(95_000, 6, 2),
  without_guards: figures(100_000, 5, 2),
  naive: figures(20_000, 16, 8),
  engine: figures(50_000, 0, 10),
  engine_2_consumers: figures(60_000, 0, 12),
};

test('Docket is held against the better engine, in CPU and in rate', () => {
  const pairs = [
    [90_000, 100_000],
    [95_000, 100_000],
    [60_000, 60_000],
  ] as const;
  assert.deepEqual(ratiosOf(phases, pairs), {
    cpu_vs_engine: 0.8,
    cpu_vs_naive: 0.333,
    rate_vs_engine: 1.583,
    exactly_once: 0.95,
    node_cpu_vs_discard: 3,
  });
});

test('a phase that was not measured is an error, not a ratio', () => {
  const { discard: _, ...rest } = phases;
  assert.throws(() => ratiosOf(rest, [[1, 1]]), /discard/);
});

test('of several runs each figure has its own median', () => {
  const runs = [figures(3, 1, 9), figures(1, 2, 7), figures(2, 3, 8)];
  assert.deepEqual(medianFigures(runs), figures(2, 2, 8));
});

test('a quantile is a value that was measured', () => {
  const values = [5, 1, 4, 2, 3];
  assert.deepEqual(
    [0, 0.5, 0.99, 1].map((share) => quantile(values, share)),
    [1, 3, 5, 5],
  );
  assert.throws(() => quantile([], 0.5), RangeError);
});
