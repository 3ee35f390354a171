import { FREE_ADDRESS, JOB_BYTES, LANES, READ_MARGIN_BYTES, sha256WasmModule } from './sha256-wasm-module.ts';

/** Longest input that lanes take, in bytes. */
export const MAX_LANE_BYTES = 4096;

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const PAGE_BYTES = 65_536;

/** Inputs are copied into the module's memory a window at a time: small enough to stay in the processor's cache. */
const WINDOW_INPUTS = 4096;
const WINDOW_BYTES = 1024 * 1024;

/** Blocks of an input once padded with at least one byte and eight bytes of length. */
const blocksOf = (bytes: number) => (bytes + 9 + BLOCK_BYTES - 1) >>> 6;
const MAX_BLOCKS = blocksOf(MAX_LANE_BYTES);

/** Jobs are grouped by number of blocks, and each group is filled up to whole calls. */
const MAX_JOBS = WINDOW_INPUTS + MAX_BLOCKS * (LANES - 1);
const DIGESTS = FREE_ADDRESS + MAX_JOBS * JOB_BYTES;
const WINDOW = DIGESTS + WINDOW_INPUTS * DIGEST_BYTES + READ_MARGIN_BYTES;
const MEMORY_PAGES = Math.ceil((WINDOW + WINDOW_BYTES + READ_MARGIN_BYTES) / PAGE_BYTES);

export type Offsets = Uint32Array | Int32Array;

/** Hashes, by the rules of `sha256Many`, those inputs that are at most `maxBytes` long; leaves the others alone. */
export type HashInLanes = (
  arena: Uint8Array,
  starts: Offsets,
  ends: Offsets,
  count: number,
  out: Uint8Array,
  maxBytes: number,
) => void;

/**
 * SHA-256 of four inputs at once, one in each lane of a vector.
 * @param moduleBytes the module of `sha256WasmModule`.
 * @returns null if this machine cannot run it, for example for want of vector instructions.
 */
export function loadLanes(moduleBytes = sha256WasmModule(MEMORY_PAGES)): HashInLanes | null {
  let exports: Readonly<Record<string, unknown>>;
  try {
    exports = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes)).exports;
  } catch {
    return null;
  }
  const { memory, run } = exports;
  if (!(memory instanceof WebAssembly.Memory) || !isRun(run)) return null;
  const bytes = new Uint8Array(memory.buffer);
  const jobs = new Int32Array(memory.buffer, FREE_ADDRESS, (MAX_JOBS * JOB_BYTES) / 4);
  return (arena, starts, ends, count, out, maxBytes) => {
    for (let from = 0; from < count; ) {
      const window = findWindow(starts, ends, from, count, maxBytes);
      if (window.low < window.high) bytes.set(arena.subarray(window.low, window.high), WINDOW);
      runJobs(run, jobs, { starts, ends, from, to: window.to, shift: WINDOW - window.low, maxBytes });
      out.set(bytes.subarray(DIGESTS, DIGESTS + (window.to - from) * DIGEST_BYTES), from * DIGEST_BYTES);
      from = window.to;
    }
  };
}

type Run = (jobs: number, blocks: number) => void;

function isRun(value: unknown): value is Run {
  return typeof value === 'function';
}

/** As many inputs from `from` on as have room at once: the inputs up to `to`, which lie in the arena's low…high. */
function findWindow(starts: Offsets, ends: Offsets, from: number, count: number, maxBytes: number) {
  const last = Math.min(count, from + WINDOW_INPUTS);
  let low = Number.MAX_SAFE_INTEGER;
  let high = 0;
  let to = from;
  for (; to < last; to++) {
    const start = starts[to] ?? 0;
    const end = ends[to] ?? 0;
    if (end - start > maxBytes) continue;
    const nextLow = Math.min(low, start);
    const nextHigh = Math.max(high, end);
    if (nextHigh - nextLow > WINDOW_BYTES) break;
    low = nextLow;
    high = nextHigh;
  }
  return { to, low, high };
}

interface Window {
  readonly starts: Offsets;
  readonly ends: Offsets;
  readonly from: number;
  readonly to: number;
  /** What turns a place in the arena into an address. */
  readonly shift: number;
  readonly maxBytes: number;
}

/** Where the next job of each number of blocks goes; kept, for a batch may be small. */
const nextJob = new Int32Array(MAX_BLOCKS + 1);

/** Sorts a window's inputs by number of blocks, so that the messages of a call end together, and hashes them. */
function runJobs(run: Run, jobs: Int32Array, window: Window): void {
  const { starts, ends, from, to, shift, maxBytes } = window;
  nextJob.fill(0);
  for (let i = from; i < to; i++) {
    const length = (ends[i] ?? 0) - (starts[i] ?? 0);
    if (length <= maxBytes) takeJob(blocksOf(length));
  }
  let total = 0;
  for (let blocks = 1; blocks <= MAX_BLOCKS; blocks++) {
    const size = nextJob[blocks] ?? 0;
    nextJob[blocks] = total;
    total += Math.ceil(size / LANES) * LANES;
  }
  for (let i = from; i < to; i++) {
    const start = starts[i] ?? 0;
    const length = (ends[i] ?? 0) - start;
    if (length > maxBytes) continue;
    writeJob(jobs, takeJob(blocksOf(length)), start + shift, length, DIGESTS + (i - from) * DIGEST_BYTES);
  }
  let job = 0;
  for (let blocks = 1; blocks <= MAX_BLOCKS; blocks++) {
    const end = nextJob[blocks] ?? 0;
    // Lanes left over do the last job once more, which changes nothing.
    for (let spare = end; spare % LANES !== 0; spare++) jobs.copyWithin(spare * 3, (end - 1) * 3, end * 3);
    for (; job < end; job += LANES) run(FREE_ADDRESS + job * JOB_BYTES, blocks);
  }
}

function takeJob(blocks: number): number {
  const job = nextJob[blocks] ?? 0;
  nextJob[blocks] = job + 1;
  return job;
}

function writeJob(jobs: Int32Array, job: number, address: number, length: number, digest: number): void {
  const field = job * (JOB_BYTES / 4);
  jobs[field] = address;
  jobs[field + 1] = length;
  jobs[field + 2] = digest;
}
