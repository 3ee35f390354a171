import type { HintTable } from './compile-hints.ts';

/** The bits of all hints in the text that are confirmed. */
export function scanHints(table: HintTable, bytes: Uint8Array, start: number, end: number): number {
  const { next, classes, classBits, firstEnd } = table;
  let state = 0;
  let bits = 0;
  for (let at = start; at < end; at++) {
    state = next[(state << classBits) | (classes[bytes[at] as number] as number)] as number;
    if (state >= firstEnd) bits |= confirmEnd(table, state, bits, bytes, at, start, end);
  }
  return bits;
}

/** The bits, of those not `known`, of the hints that end in this state and are confirmed. */
export function confirmEnd(
  { ends, firstEnd }: HintTable,
  state: number,
  known: number,
  bytes: Uint8Array,
  last: number,
  start: number,
  end: number,
): number {
  const hints = ends[state - firstEnd];
  if (hints === undefined) return 0;
  let bits = 0;
  for (let at = 0; at < hints.length; at++) {
    const hint = hints[at];
    if (hint === undefined || ((known | bits) & hint.bit) !== 0) continue;
    if (hint.confirm === undefined || hint.confirm(bytes, last, start, end)) bits |= hint.bit;
  }
  return bits;
}
