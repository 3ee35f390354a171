import { Buffer } from 'node:buffer';
import { compileHints, type HintTable } from './compile-hints.ts';
import { foldBytes, foldedBytes, MALFORMED } from './fold-bytes.ts';
import { addedHints, CUE_HINTS, nameHints } from './gate-cues.ts';
import { holdsSpacedLetters, LAYER_HINTS } from './gate-layers.ts';
import { gateLineEnds, LINE_END_HINTS, startLines } from './gate-line-ends.ts';
import { gateNumbers, type NumberChecks } from './gate-numbers.ts';
import { gateRuns } from './gate-runs.ts';
import { EVERY_GATE, GATE, HINTS } from './gate-text.ts';
import { SEEN } from './hint-walk-module.ts';
import { EVERY_CUE, forgetCues, noteCue } from './note-cues.ts';
import { digitGroups, noteDigits, startDigits } from './note-digits.ts';
import type { Ruleset } from './ruleset.ts';
import { confirmEnd } from './scan-hints.ts';
import { type HintWalk, loadHintWalk } from './walk-hints.ts';

/** Looks at UTF-8 bytes before anything is decoded. */
export type ByteGate = (bytes: Uint8Array, start: number, end: number) => boolean;

const BYTES = 256;
const DIGITS = new Uint8Array(BYTES);
for (let code = 48; code <= 57; code++) DIGITS[code] = 1;

/** What stands in every text's way to the rules of one ruleset. */
export interface Gate {
  /** What a text may hold, as bits of GATE. A lone half of a surrogate pair counts as a letter. */
  readonly gate: (text: string) => number;
  /** True when no rule can find anything in the text, and it is well-formed UTF-8. */
  readonly isPlainText: ByteGate;
}

/** Reused for texts that are no bytes yet; grows with them. */
let encoded = Buffer.alloc(4096);

/**
 * Compiles the words of a ruleset with those that are always looked for: some milliseconds.
 * @param loadWalk what longer texts are looked through with; null where the machine has nothing for it
 */
export function createGate(
  ruleset: Ruleset,
  loadWalk: (table: HintTable) => HintWalk | null = loadHintWalk,
): Gate {
  const { 'secret-assignment': names, card, iban } = ruleset.detectors;
  const added = addedHints(ruleset);
  const table = compileHints([...COMMON_HINTS, ...nameHints(names), ...added.hints]);
  const checks = { luhn: card.validators.includes('luhn'), mod97: iban.validators.includes('mod-97') };
  const walk = loadWalk(table);
  const look = (bytes: Uint8Array, start: number, end: number, isFolded: boolean) =>
    walk?.takes(end - start)
      ? scanAtOnce(walk, checks, bytes, start, end, isFolded)
      : scan(table, checks, bytes, start, end, isFolded ? LAST_BYTE : LAST_ASCII);
  const ofBytes = (bytes: Uint8Array, start: number, end: number): number => {
    const bits = look(bytes, start, end, false);
    if (bits !== BEYOND) return bits | added.always;
    const length = foldBytes(bytes, start, end);
    if (length === MALFORMED) return EVERY_GATE;
    return look(foldedBytes(), 0, length, true) | added.always;
  };
  return {
    gate: (text) => {
      if (encoded.length < 3 * text.length) encoded = Buffer.alloc(6 * text.length);
      return ofBytes(encoded, 0, encoded.write(text, 'utf8'));
    },
    isPlainText: (bytes, start, end) => ofBytes(bytes, start, end) === 0,
  };
}

const COMMON_HINTS = [...HINTS, ...LAYER_HINTS, ...LINE_END_HINTS, ...CUE_HINTS];

/** Bits that by themselves make no rule worth running. */
const SILENT = GATE.scheme | GATE.sign;

const [LAST_ASCII, LAST_BYTE] = [0x7f, 0xff];
/** What scan answers when it meets a byte behind the last: the text has to be folded first. */
const BEYOND = -1;

/**
 * 0 means that no rule finds anything in the text. One automaton of all hints, two look-ups a byte; then the digits, runs
 * and line ends if there are any.
 * @param bytes folded text (fold-bytes.ts), `start` to `end`, the end not included
 */
function scan(
  table: HintTable,
  checks: NumberChecks,
  bytes: Uint8Array,
  start: number,
  end: number,
  last: number,
): number {
  const { next, classes, classBits, firstEnd, foreign } = table;
  startLines();
  forgetCues();
  startDigits(end - start);
  const { starts, ends } = digitGroups;
  let groups = 0;
  let digitEnd = -1;
  let state = 0;
  let bits = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte > last) return BEYOND;
    if (DIGITS[byte] === 1) {
      if (at === digitEnd) {
        digitEnd++;
      } else {
        ends[groups - 1] = digitEnd;
        starts[groups++] = at;
        digitEnd = at + 1;
      }
    }
    state = next[(state << classBits) | (classes[byte] as number)] as number;
    if (state < firstEnd) continue;
    if (state === foreign) noteCue(at, EVERY_CUE);
    else bits |= confirmEnd(table, state, bits, bytes, at, start, end);
  }
  ends[groups - 1] = digitEnd;
  digitGroups.count = groups;
  bits |= gateRuns(bytes, start, end) | gateLineEnds(bytes, start, end, bits);
  if (holdsSpacedLetters(bytes, start, end)) bits |= GATE.spaced;
  if (groups > 0) bits |= gateNumbers(bytes, start, end, checks);
  return (bits & ~SILENT) === 0 ? 0 : bits;
}

/** The same with a walk of many bytes at a time; what it says is not there is not looked for again. */
function scanAtOnce(
  walk: HintWalk,
  checks: NumberChecks,
  bytes: Uint8Array,
  start: number,
  end: number,
  isFolded: boolean,
): number {
  const seen = walk.see(bytes, start, end, isFolded);
  if (!isFolded && (seen & SEEN.foreign) !== 0) return BEYOND;
  startLines();
  forgetCues();
  let bits = walk.confirm(bytes, start, end);
  if ((seen & (SEEN.run | SEEN.filling)) !== 0) bits |= gateRuns(bytes, start, end);
  bits |= gateLineEnds(bytes, start, end, bits);
  if ((seen & SEEN.turns) !== 0 && holdsSpacedLetters(bytes, start, end)) bits |= GATE.spaced;
  if ((seen & SEEN.digit) !== 0) {
    noteDigits(bytes, start, end);
    bits |= gateNumbers(bytes, start, end, checks);
  }
  return (bits & ~SILENT) === 0 ? 0 : bits;
}

const codeTable = compileHints(HINTS);
const SAFE_BYTES = /[A-Za-z0-9._:/~+-]/;
const SAFE_FIRST_BYTES = /[A-Za-z0-9_]/;
const LONGEST_SAFE_TEXT = 200;
/** What a code may not hold, beside the hints: it is told by a closer look. */
const CODE_REFUSES = GATE.credential | GATE.announced | GATE.scheme;
const UNSAFE = 0xff;
const codeClasses = codeTable.classes.map((each, byte) =>
  SAFE_BYTES.test(String.fromCharCode(byte)) ? each : UNSAFE,
);
const startsCode = Uint8Array.from({ length: BYTES }, (_, byte) =>
  SAFE_FIRST_BYTES.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** True when the text surely fits the grammar of safe text (safe-grammar.ts). False when it takes a closer look. */
export const isPlainCode: ByteGate = (bytes, start, end) => {
  if (end - start > LONGEST_SAFE_TEXT) return false;
  if (end > start && startsCode[bytes[start] as number] === 0) return false;
  const { next, classBits, firstEnd } = codeTable;
  let state = 0;
  for (let at = start; at < end; at++) {
    const each = codeClasses[bytes[at] as number] as number;
    if (each === UNSAFE) return false;
    state = next[(state << classBits) | each] as number;
    if (
      state >= firstEnd &&
      (confirmEnd(codeTable, state, ~CODE_REFUSES, bytes, at, start, end) & CODE_REFUSES) !== 0
    )
      return false;
  }
  return true;
};
