import { hash } from 'node:crypto';
import { hasSha256Instructions } from './has-sha256-instructions.ts';
import { type HashInLanes, loadLanes, MAX_LANE_BYTES, type Offsets } from './sha256-lanes.ts';

const DIGEST_BYTES = 32;

/**
 * Up to this length lanes beat a processor that has instructions for SHA-256: those need half the time for a block, but
 * each call into Node's crypto costs as much as four blocks. Without them lanes win at any length. Measured by
 * `test/bench/hash.ts`.
 */
const MAX_LANE_BYTES_BESIDE_INSTRUCTIONS = 320;

/** What `sha256Many` hashes with; null until first used, for most programs never hash many. */
let sha256: typeof sha256Many | null = null;

/**
 * SHA-256 of many inputs that lie in one arena, in any order and also one over another: many times faster for short
 * inputs than hashing one by one.
 * @param starts where input i starts in the arena; `ends` where it ends, exclusive.
 * @param count how many inputs; the offsets may have room for more.
 * @param out input i's digest goes to 32 × i; must not lie over the arena.
 * @throws RangeError if an input does not lie in the arena or the digests have no room; then `out` is as it was.
 */
export function sha256Many(
  arena: Uint8Array,
  starts: Offsets,
  ends: Offsets,
  count: number,
  out: Uint8Array,
): void {
  sha256 ??= hashManyWith(
    loadLanes(),
    hasSha256Instructions() ? MAX_LANE_BYTES_BESIDE_INSTRUCTIONS : MAX_LANE_BYTES,
  );
  sha256(arena, starts, ends, count, out);
}

/** `sha256Many` with inputs up to `maxLaneBytes` hashed in `lanes`, where there are lanes, and natively the others. */
export function hashManyWith(lanes: HashInLanes | null, maxLaneBytes: number): typeof sha256Many {
  const inLanes = lanes === null ? -1 : Math.min(maxLaneBytes, MAX_LANE_BYTES);
  return (arena, starts, ends, count, out) => {
    if (out.length < count * DIGEST_BYTES)
      throw new RangeError('sha256Many: out is shorter than the digests');
    if (starts.length < count || ends.length < count) throw new RangeError('sha256Many: offsets are missing');
    for (let i = 0; i < count; i++) {
      const start = starts[i] ?? 0;
      const end = ends[i] ?? 0;
      if (start < 0 || end < start || end > arena.length)
        throw new RangeError(`sha256Many: input ${i} does not lie in the arena`);
    }
    lanes?.(arena, starts, ends, count, out, inLanes);
    hashLonger(arena, starts, ends, count, out, inLanes);
  };
}

/** Hashes natively what is longer than `maxBytes`. */
const hashLonger: HashInLanes = (arena, starts, ends, count, out, maxBytes) => {
  const digests = Buffer.from(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < count; i++) {
    const start = starts[i] ?? 0;
    const end = ends[i] ?? 0;
    // As text of one character per byte: a digest as a Buffer costs three times as much.
    if (end - start > maxBytes)
      digests.write(hash('sha256', arena.subarray(start, end), 'binary'), i * DIGEST_BYTES, 'binary');
  }
};
