import { isDigit } from './char-class.ts';

/**
 * Looks at UTF-8 bytes before anything is decoded. One automaton, one look-up per byte: most text is plain prose,
 * and that is found out for less than making a string of it would cost.
 */
export type ByteGate = (bytes: Uint8Array, start: number, end: number) => boolean;

/**
 * How the credentials of CREDENTIAL_HINT and BEARER_HINT begin (gate-text.ts). Four characters are enough: a word
 * too few of them costs only a closer look.
 */
const HINTS = [
  ...['eyJ', 'AKIA', 'ASIA', 'AIza', 'gho_', 'ghp_', 'ghs_', 'ghu_', 'ghr_', 'gith', 'glpa', 'sk-', 'sk_'],
  ...['rk_', 'pk_', 'xox', 'npm_', 'hf_', 'SG.', 'ya29', '----', 'hook'],
  ...inEveryCase('bea'),
];
/** A second digit within so many other characters may make a number (NUMBER_GAP in gate-text.ts). */
const LONGEST_GAP = 3;
const NO_DIGIT = LONGEST_GAP + 1;
const BYTES = 256;
const FIRST_NON_ASCII = 0x80;
const SAFE_BYTES = /[A-Za-z0-9._:/~+-]/;
const SAFE_FIRST_BYTES = /[A-Za-z0-9_]/;
const LONGEST_SAFE_TEXT = 200;

/**
 * True when no redaction rule can find anything in the text: it is ASCII and `gateText` would set no bit.
 * False when that takes a closer look.
 */
export const isPlainText: ByteGate = compileTextGate();

/** True when the text surely fits the grammar of safe text (safe-grammar.ts). False when it takes a closer look. */
export const isPlainCode: ByteGate = compileCodeGate();

function compileTextGate(): ByteGate {
  const words = buildWordAutomaton([...HINTS, '//']);
  const states = words.next.length * (NO_DIGIT + 1);
  const table = new Uint16Array((states + 1) * BYTES).fill(states);
  words.next.forEach((nextWord, word) => {
    for (let gap = 0; gap <= NO_DIGIT; gap++) {
      for (let byte = 0; byte < FIRST_NON_ASCII; byte++) {
        const to = nextWord[byte];
        const nextGap = isDigit(byte) ? 0 : Math.min(gap + 1, NO_DIGIT);
        const digitPair = isDigit(byte) && gap !== NO_DIGIT;
        if (to === undefined || digitPair || ':=@'.includes(String.fromCharCode(byte))) continue;
        table[((word * (NO_DIGIT + 1) + gap) << 8) | byte] = to * (NO_DIGIT + 1) + nextGap;
      }
    }
  });
  return runner(table, NO_DIGIT, states, Number.POSITIVE_INFINITY);
}

function compileCodeGate(): ByteGate {
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
  return runner(table, first, refused, LONGEST_SAFE_TEXT);
}

function runner(table: Uint16Array, start: number, refused: number, longest: number): ByteGate {
  return (bytes, from, end) => {
    if (end - from > longest) return false;
    let state = start;
    for (let at = from; at < end; at++) {
      state = table[(state << 8) | (bytes[at] as number)] as number;
      if (state === refused) return false;
    }
    return true;
  };
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
