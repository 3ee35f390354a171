import { isAsciiAlnum, isAsciiLetter, isDigit } from './char-class.ts';
import { isIbanCountry } from './find-ibans.ts';
import { NUMBER_DIGITS, NUMBER_GAP } from './gate-text.ts';

const FIRST_NON_ASCII = 0x80;
const [SPACE, DASH, DOT] = [32, 45, 46];
const OCTET_DOTS = 3;
/** "IBAN" in lower case, from its end. */
const NABI = [110, 97, 98, 105];
const LOWER = 32;

/**
 * Whether digits in the text may make something that a rule takes: seven of them near each other (cards, phone
 * numbers), four groups with dots (IP addresses), or the head of an IBAN. The same as `gateText` sees, and narrower
 * for IBANs. Beyond ASCII only accented Latin letters and quotes are read; true for text with anything else.
 * @param bytes UTF-8; the text is `start` to `end`, the end not included
 */
export function mayHoldNumber(bytes: Uint8Array, start: number, end: number): boolean {
  let digits = 0;
  let gap = 0;
  let dots = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte >= FIRST_NON_ASCII) {
      const length = neutralBytes(bytes, at);
      if (length === 0) return true;
      at += length - 1;
      dots = 0;
      if (++gap > NUMBER_GAP) digits = 0;
    } else if (isDigit(byte)) {
      gap = 0;
      if (++digits >= NUMBER_DIGITS || dots >= OCTET_DOTS || endsIbanHead(bytes, start, at)) return true;
    } else {
      if (byte !== DOT) dots = 0;
      else if (at > start && isDigit(bytes[at - 1] as number)) dots++;
      if (++gap > NUMBER_GAP) digits = 0;
    }
  }
  return false;
}

/** Length of a sequence that folds to letters or quotes (fold-text.ts); 0 when it may fold to anything else. */
function neutralBytes(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  if (lead >= 0xc3 && lead <= 0xc5) return 2;
  const last = bytes[at + 2] ?? 0;
  const isQuote = lead === 0xe2 && bytes[at + 1] === 0x80 && last >= 0x98 && last <= 0x9f;
  return isQuote ? 3 : 0;
}

/** Whether the digit at `at` is the second behind the letters of a country with IBANs (HEAD in find-ibans.ts). */
function endsIbanHead(bytes: Uint8Array, start: number, at: number): boolean {
  const first = skipSeparator(bytes, start, at - 1);
  if (first <= start || !isDigit(bytes[first] as number)) return false;
  const second = skipSeparator(bytes, start, first - 1);
  if (second <= start) return false;
  const letters = [bytes[second - 1] as number, bytes[second] as number] as const;
  if (letters[0] >= FIRST_NON_ASCII || letters[1] >= FIRST_NON_ASCII) return true;
  if (!isAsciiLetter(letters[0]) || !isAsciiLetter(letters[1]) || !isIbanCountry(...letters)) return false;
  const before = second - 2;
  return before < start || !isAsciiAlnum(bytes[before] as number) || followsIban(bytes, start, before);
}

/** Whether what ends at `last` is "IBAN", or may fold to it as letters with accents do. */
function followsIban(bytes: Uint8Array, start: number, last: number): boolean {
  for (let index = 0; index < NABI.length; index++) {
    const byte = last - index < start ? 0 : (bytes[last - index] as number);
    if (byte >= FIRST_NON_ASCII) return true;
    if ((byte | LOWER) !== NABI[index]) return false;
  }
  return true;
}

function skipSeparator(bytes: Uint8Array, start: number, at: number): number {
  const byte = at < start ? 0 : bytes[at];
  return byte === SPACE || byte === DOT || byte === DASH ? at - 1 : at;
}
