import { Buffer } from 'node:buffer';
import { isDigit } from './char-class.ts';
import { foldText } from './fold-text.ts';
import { mayHoldLayers } from './gate-layers.ts';
import { mayHoldNumber } from './gate-numbers.ts';
import { credentialHints, NUMBER_GAP } from './gate-text.ts';

/**
 * Looks at UTF-8 bytes before anything is decoded. One automaton, one look-up per byte: most text is plain prose,
 * and that is found out for less than making a string of it would cost.
 */
export type ByteGate = (bytes: Uint8Array, start: number, end: number) => boolean;

/**
 * How the credentials of CREDENTIAL_HINT and BEARER_HINT begin (gate-text.ts). Four characters are enough: a word
 * too few of them costs only a closer look.
 */
const HINTS = [...new Set(credentialHints().map((hint) => hint.slice(0, 4))), ...inEveryCase('bea')];
/** How far back a digit was: 0 just now, and so many characters ago at most for a second one to make a number. */
const NO_DIGIT = NUMBER_GAP + 1;
/** Two digits were near each other: whether they make anything, mayHoldNumber tells. It stays so to the end. */
const DIGIT_PAIR = NO_DIGIT + 1;
const DIGIT_STATES = DIGIT_PAIR + 1;
const BYTES = 256;
const FIRST_NON_ASCII = 0x80;
const CONTINUATION = { first: 0x80, end: 0xc0 } as const;
/**
 * The UTF-8 sequences up to their last byte that are followed as what they fold to (fold-text.ts): Latin letters with
 * accents, and the quotes, dashes and blanks of typeset prose. Any other takes a closer look.
 */
const LEADS: readonly (readonly number[])[] = [[0xc2], [0xc3], [0xc4], [0xc5], [0xe2, 0x80]];
/** What folds to something beyond ASCII is a character like any other that no rule knows. */
const NO_SIGN = 1;
const SAFE_BYTES = /[A-Za-z0-9._:/~+-]/;
const SAFE_FIRST_BYTES = /[A-Za-z0-9_]/;
const LONGEST_SAFE_TEXT = 200;

const textGate = compileTextGate();
const codeGate = compileCodeGate();

/**
 * True when no redaction rule can find anything in the text, and it is well-formed UTF-8. False when that takes a
 * closer look.
 */
export const isPlainText: ByteGate = (bytes, start, end) => {
  const { table, first, refused, pairs } = textGate;
  let state = first;
  for (let at = start; at < end; at++) {
    state = table[(state << 8) | (bytes[at] as number)] as number;
    if (state === refused) return false;
  }
  // Behind the whole states are those inside a sequence, which must not be cut off.
  if (state >= textGate.whole || (state >= pairs && mayHoldNumber(bytes, start, end))) return false;
  return !mayHoldLayers(bytes, start, end);
};

/** True when the text surely fits the grammar of safe text (safe-grammar.ts). False when it takes a closer look. */
export const isPlainCode: ByteGate = (bytes, start, end) => {
  if (end - start > LONGEST_SAFE_TEXT) return false;
  const { table, first, refused } = codeGate;
  let state = first;
  for (let at = start; at < end; at++) {
    state = table[(state << 8) | (bytes[at] as number)] as number;
    if (state === refused) return false;
  }
  return true;
};

/**
 * States: first those between two characters, one for each begun word and nearness of a digit, those with a pair of
 * digits last (`pairs` up to `whole`); then the same again inside each of the sequences.
 */
function compileTextGate() {
  const words = buildWordAutomaton([...HINTS, '//']);
  const count = words.next.length;
  const whole = count * DIGIT_STATES;
  const prefixes = LEADS.flatMap((lead) => lead.map((_, index) => lead.slice(0, index + 1)));
  const refused = whole * (prefixes.length + 1);
  const table = new Uint16Array((refused + 1) * BYTES).fill(refused);
  const step = (state: number, code: number): number => {
    const digits = Math.floor(state / count);
    const word = code < FIRST_NON_ASCII ? words.next[state % count]?.[code] : 0;
    if (word === undefined || ':=@'.includes(String.fromCharCode(code))) return refused;
    return nextDigits(digits, isDigit(code)) * count + word;
  };
  const walk = (state: number, text: string): number =>
    Array.from(text, (char) => char.charCodeAt(0)).reduce(
      (at, code) => (at === refused ? refused : step(at, code < FIRST_NON_ASCII ? code : NO_SIGN)),
      state,
    );
  const inside = (prefix: readonly number[]) =>
    (1 + prefixes.findIndex((known) => known.join() === prefix.join())) * whole;
  const folded = LEADS.map((lead) => foldedSequences(lead));
  for (let state = 0; state < whole; state++) {
    for (let code = 0; code < FIRST_NON_ASCII; code++) table[(state << 8) | code] = step(state, code);
    LEADS.forEach((lead, index) => {
      lead.forEach((byte, length) => {
        const from = length === 0 ? 0 : inside(lead.slice(0, length));
        table[((from + state) << 8) | byte] = inside(lead.slice(0, length + 1)) + state;
      });
      folded[index]?.forEach((text, at) => {
        table[((inside(lead) + state) << 8) | (CONTINUATION.first + at)] = walk(state, text);
      });
    });
  }
  return { table, first: NO_DIGIT * count, pairs: DIGIT_PAIR * count, whole, refused };
}

function nextDigits(digits: number, digit: boolean): number {
  if (digits === DIGIT_PAIR) return DIGIT_PAIR;
  if (!digit) return Math.min(digits + 1, NO_DIGIT);
  return digits === NO_DIGIT ? 0 : DIGIT_PAIR;
}

/** What each sequence that begins like this folds to, by its last byte. */
function foldedSequences(lead: readonly number[]): string[] {
  const { first, end } = CONTINUATION;
  return Array.from(
    { length: end - first },
    (_, index) => foldText(Buffer.from([...lead, first + index]).toString('utf8')).text,
  );
}

function compileCodeGate() {
  const words = buildWordAutomaton([...HINTS, '//']);
  const first = words.next.length;
  const refused = first + 1;
  const table = new Uint16Array((refused + 1) * BYTES).fill(refused);
  for (let byte = 0; byte < FIRST_NON_ASCII; byte++) {
    const char = String.fromCharCode(byte);
    const begun = words.next[0]?.[byte];
    if (SAFE_FIRST_BYTES.test(char) && begun !== undefined) table[(first << 8) | byte] = begun;
    words.next.forEach((nextWord, word) => {
      const to = nextWord[byte];
      if (SAFE_BYTES.test(char) && to !== undefined) table[(word << 8) | byte] = to;
    });
  }
  return { table, first, refused };
}

/**
 * The automaton of Aho and Corasick (1975) over ASCII: in state 0 nothing is begun; `undefined` where a word ends.
 */
function buildWordAutomaton(words: readonly string[]): { readonly next: (number | undefined)[][] } {
  const prefixes = [''];
  for (const word of words) {
    for (let length = 1; length < word.length; length++) {
      const prefix = word.slice(0, length);
      if (!prefixes.includes(prefix)) prefixes.push(prefix);
    }
  }
  const next = prefixes.map((prefix) =>
    Array.from({ length: FIRST_NON_ASCII }, (_, byte) => {
      const read = prefix + String.fromCharCode(byte);
      if (words.some((word) => read.endsWith(word))) return undefined;
      for (let from = 0; from < read.length; from++) {
        const state = prefixes.indexOf(read.slice(from));
        if (state >= 0) return state;
      }
      return 0;
    }),
  );
  return { next };
}

function inEveryCase(word: string): string[] {
  return Array.from(word).reduce(
    (begun, char) => begun.flatMap((prefix) => [prefix + char.toLowerCase(), prefix + char.toUpperCase()]),
    [''],
  );
}
