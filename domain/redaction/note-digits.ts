import { isDigit } from './char-class.ts';

/** Where each group of digits of a text begins and ends, in text order. Reused; they grow with the texts. */
export interface DigitGroups {
  starts: Int32Array;
  ends: Int32Array;
  count: number;
}

export const digitGroups: DigitGroups = { starts: new Int32Array(512), ends: new Int32Array(512), count: 0 };

/** Forgets the groups of the last text, and makes room for those of one with so many bytes. */
export function startDigits(length: number): void {
  digitGroups.count = 0;
  const most = (length >> 1) + 1;
  if (digitGroups.starts.length >= most) return;
  digitGroups.starts = new Int32Array(2 * most);
  digitGroups.ends = new Int32Array(2 * most);
}

/** Notes the groups of a text, `start` to `end`, the end not included. */
export function noteDigits(bytes: Uint8Array, start: number, end: number): void {
  startDigits(end - start);
  let groups = 0;
  for (let at = start; at < end; at++) {
    if (!isDigit(bytes[at] as number)) continue;
    digitGroups.starts[groups] = at;
    while (at < end && isDigit(bytes[at] as number)) at++;
    digitGroups.ends[groups++] = at;
  }
  digitGroups.count = groups;
}
