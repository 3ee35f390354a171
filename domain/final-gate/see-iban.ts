import { isAlnumByte, isDigitByte, isEdge, isUpperByte } from './byte-classes.ts';

const SPACE = 0x20;
const DOT = 0x2e;

/** How long an IBAN of a country is (ISO 13616 registry): those that are often met. */
const LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'AE23 AT20 BE16 BG22 CH21 CY28 CZ24 DE22 DK18 EE20 ES24 FI18 FR27 GB22 GR27 HR21 HU28 IE22 IL23 IS26 ' +
    'IT27 LI21 LT20 LU20 LV21 MC27 MT31 NL18 NO15 PL28 PT25 RO24 RS22 SA24 SE24 SI19 SK24 SM27 TR26 UA29'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/**
 * Whether an IBAN stands where digits begin at `at`, behind two capital letters: without blanks, or with one after
 * any unit, as it is printed in fours.
 */
export function seesIban(bytes: Uint8Array, at: number, start: number, end: number): boolean {
  const from = at - 2;
  if (from < start || !isUpperByte(bytes[at - 1]) || !isUpperByte(bytes[from]) || !isDigitByte(bytes[at + 1]))
    return false;
  const before = from > start ? bytes[from - 1] : undefined;
  const length = LENGTHS.get(String.fromCharCode(bytes[from] as number, bytes[from + 1] as number));
  if (length === undefined || !isEdge(before) || before === DOT) return false;
  let rest = 0;
  let read = 0;
  let next = at + 2;
  // The country and its check digits come last: ISO 7064 MOD 97-10.
  for (; read < length - 4; read++, next++) {
    if (next < end && bytes[next] === SPACE) next++;
    const byte = next < end ? bytes[next] : undefined;
    if (byte === undefined || !(isDigitByte(byte) || isUpperByte(byte))) return false;
    rest = addUnit(rest, byte);
  }
  for (let index = from; index < from + 4; index++) rest = addUnit(rest, bytes[index] as number);
  const behind = next < end ? bytes[next] : undefined;
  return rest === 1 && !isAlnumByte(behind) && isEdge(behind);
}

/** Letters count as 10 to 35. */
function addUnit(rest: number, byte: number): number {
  return isDigitByte(byte) ? (rest * 10 + byte - 0x30) % 97 : (rest * 100 + byte - 0x37) % 97;
}
