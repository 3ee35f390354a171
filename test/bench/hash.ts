import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendLeaves } from '../../domain/merkle/append-leaves.ts';
import { appendLeaf, EMPTY_RANGE } from '../../domain/merkle/compact-range.ts';
import { hasSha256Instructions } from '../../domain/merkle/has-sha256-instructions.ts';
import type { Benchmark, BenchRun } from './benchmark.ts';
import { CANDIDATES } from './hash/candidates.ts';
import { renderTable } from './render-table.ts';

const BATCH = 10_000;
const WARM_UPS = 2;
const ROUNDS = 9;

/** What a recorded event hashes: the sampling hash, a Merkle node, its identity, and a leaf of any length. */
const SIZES: Readonly<Record<string, (i: number) => number>> = {
  '44': () => 44,
  '65': () => 65,
  '120': () => 120,
  '300': () => 300,
  '700': () => 700,
  '1500': () => 1500,
  '500–900': (i) => 500 + ((i * 7919) % 401),
};

type Figures = Record<string, number>;

/**
 * Prints what a SHA-256 costs by each candidate, and a leaf appended to a compact range: CPU time of this process,
 * medians of rounds in which the candidates take turns.
 */
async function measure({ say }: BenchRun): Promise<object> {
  const usPerHash: Record<string, Figures> = {};
  for (const [size, lengthOf] of Object.entries(SIZES)) usPerHash[size] = measureSize(lengthOf);
  const usPerLeaf = measureAppend();
  const ratios: Figures = {};
  for (const [size, figures] of Object.entries(usPerHash))
    ratios[size] = round((figures.createHash ?? 0) / (figures.sha256Many ?? 1));
  const sha256Instructions = hasSha256Instructions();

  say(`CPU µs per SHA-256, by bytes of input; batches of ${BATCH}, medians of ${ROUNDS}`);
  const names = Object.keys(CANDIDATES);
  say(
    renderTable(
      ['bytes', ...names, 'createHash ÷ sha256Many'],
      Object.entries(usPerHash).map(([size, figures]) => [
        size,
        ...names.map((name) => String(figures[name])),
        String(ratios[size]),
      ]),
    ),
  );
  say(`the processor ${sha256Instructions ? 'has' : 'has no'} instructions for SHA-256`);
  say(`CPU µs per leaf appended to a compact range, batches of ${BATCH}`);
  say(renderTable(Object.keys(usPerLeaf), [Object.values(usPerLeaf).map(String)]));
  return {
    us_per_hash: usPerHash,
    us_per_leaf: usPerLeaf,
    sha256_instructions: sha256Instructions,
    ratios: { createHash_vs_sha256Many: ratios },
  };
}

function measureSize(lengthOf: (i: number) => number): Figures {
  const starts = new Uint32Array(BATCH);
  const ends = new Uint32Array(BATCH);
  for (let i = 0, at = 0; i < BATCH; i++) {
    starts[i] = at;
    at += lengthOf(i);
    ends[i] = at;
  }
  const arena = Uint8Array.from({ length: ends[BATCH - 1] ?? 0 }, (_, i) => (i * 31) >>> 3);
  const last = createHash('sha256')
    .update(arena.subarray(starts[BATCH - 1]))
    .digest();
  const out = new Uint8Array(32 * BATCH);
  return medians(
    Object.fromEntries(
      Object.entries(CANDIDATES).map(([name, hashMany]) => [
        name,
        () => {
          hashMany(arena, starts, ends, BATCH, out);
          assert.deepEqual(Buffer.from(out.subarray(-32)), last, `${name} hashes wrongly`);
        },
      ]),
    ),
  );
}

function measureAppend(): Figures {
  const leaves = Buffer.alloc(32 * BATCH, 'leaf');
  const one = leaves.subarray(0, 32);
  return medians({
    appendLeaf: () => {
      let range = EMPTY_RANGE;
      for (let i = 0; i < BATCH; i++) range = appendLeaf(range, one);
    },
    appendLeaves: () => {
      appendLeaves(EMPTY_RANGE, leaves);
    },
  });
}

/** CPU µs per item of a batch, for each of the ways to do it. */
function medians(ways: Readonly<Record<string, () => void>>): Figures {
  const samples = new Map<string, number[]>();
  for (let turn = 0; turn < WARM_UPS + ROUNDS; turn++) {
    for (const [name, way] of Object.entries(ways)) {
      const before = process.cpuUsage();
      way();
      const { user, system } = process.cpuUsage(before);
      if (turn >= WARM_UPS) samples.set(name, [...(samples.get(name) ?? []), (user + system) / BATCH]);
    }
  }
  return Object.fromEntries(
    [...samples].map(([name, values]) => [name, round(values.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? 0)]),
  );
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** What a SHA-256 costs by each way to make many. */
export const hash: Benchmark = {
  summary: 'hashing many small inputs: each candidate, and appending leaves',
  options: {},
  run: measure,
};
