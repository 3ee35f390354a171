import { Buffer } from 'node:buffer';
import { seesEmail, seesPasswordUrl } from './see-address.ts';
import { endOfDigits, seesCard } from './see-card.ts';
import { seesIban } from './see-iban.ts';
import { seesAccessKey, seesJwt, seesKeyBlock, seesSourceKey } from './see-key.ts';

/** What the gate knows by sight. A closed set: safe as a column and as a metric label. */
export type GateRule =
  | 'access-key'
  | 'card'
  | 'email'
  | 'iban'
  | 'jwt'
  | 'private-key'
  | 'source-key'
  | 'url-password';

/** Raise it when the gate sees anything else than before: it decides what is recorded (transform-digest.ts). */
export const FINAL_GATE_VERSION = 1;
/** What stands in the place of a text that holds what it must not. */
export const BLANKED = '[BLANKED]';
/** What the manifest calls it. */
export const FINAL_GATE_RULE = 'final-gate';
/** `BLANKED` in UTF-8. */
export const BLANKED_BYTES: Uint8Array = Buffer.from(BLANKED);

/** What to look for at a byte. 0, nothing, is what nearly every byte asks for. */
const ASKS = {
  nothing: 0,
  digits: 1,
  email: 2,
  url: 3,
  accessKey: 4,
  sourceKey: 5,
  jwt: 6,
  keyBlock: 7,
} as const;
const FEWEST_CARD_DIGITS = 14;
/** Those of a Dutch IBAN are 12, and no form of digits has fewer. */
const FEWEST_DIGITS = 12;

/** Of each form the byte that is rarest in prose. */
const textAsks = tableOf({
  ...Object.fromEntries(Array.from('0123456789', (digit) => [digit, ASKS.digits])),
  '@': ASKS.email,
  ':': ASKS.url,
  K: ASKS.accessKey,
  _: ASKS.sourceKey,
  J: ASKS.jwt,
  V: ASKS.keyBlock,
});
/** What each byte adds to the sum that tells whether a text is worth a closer look. */
const weights = textAsks.map((ask) => (ask > ASKS.digits ? FEWEST_DIGITS : ask));
const codeAsks = tableOf({ K: ASKS.accessKey, _: ASKS.sourceKey, J: ASKS.jwt });

/**
 * The last look at a text (UTF-8 bytes `start` … `end`) before it is stored, after it was redacted: unmistakable forms
 * of personal data and keys, as they would stand in clear text. It shares nothing with the redactor, so that a mistake
 * there is seen here; what it sees is always a mistake there. Nearly all text has too few digits and nothing else of
 * interest, which one look at each byte tells; the rest gets a second one, and a little more where a form may begin.
 * @returns the first form that it sees; null for none, as nearly always
 */
export function seeLeak(bytes: Uint8Array, start: number, end: number): GateRule | null {
  let sum = 0;
  for (let at = start; at < end; at++) sum += weights[bytes[at] as number] as number;
  return sum < FEWEST_DIGITS ? null : lookClosely(bytes, start, end);
}

const NONE: ReadonlySet<GateRule> = new Set();

/** The same for what was seen before: the first form that is none of those passed over. */
export function lookClosely(
  bytes: Uint8Array,
  start: number,
  end: number,
  passed: ReadonlySet<GateRule> = NONE,
): GateRule | null {
  for (let at = start; at < end; at++) {
    const asks = textAsks[bytes[at] as number] as number;
    if (asks === ASKS.nothing) continue;
    if (asks === ASKS.digits) {
      if (seesIban(bytes, at, start, end) && !passed.has('iban')) return 'iban';
      const behind = endOfDigits(bytes, at, end);
      if (behind - at >= FEWEST_CARD_DIGITS && seesCard(bytes, at, behind, start, end))
        if (!passed.has('card')) return 'card';
      at = behind - 1;
      continue;
    }
    const seen = look(asks, bytes, at, start, end);
    if (seen !== null && !passed.has(seen)) return seen;
  }
  return null;
}

/**
 * The same for a code (safe-grammar.ts): keys and tokens only. Numbers of requests pass for cards too often, and
 * addresses do not fit the grammar.
 */
export function seeKey(bytes: Uint8Array, start: number, end: number): GateRule | null {
  for (let at = start; at < end; at++) {
    const asks = codeAsks[bytes[at] as number] as number;
    if (asks === ASKS.nothing) continue;
    const seen = look(asks, bytes, at, start, end);
    if (seen !== null) return seen;
  }
  return null;
}

function look(asks: number, bytes: Uint8Array, at: number, start: number, end: number): GateRule | null {
  switch (asks) {
    case ASKS.email:
      return seesEmail(bytes, at, start, end) ? 'email' : null;
    case ASKS.url:
      return seesPasswordUrl(bytes, at, end) ? 'url-password' : null;
    case ASKS.accessKey:
      return seesAccessKey(bytes, at, start, end) ? 'access-key' : null;
    case ASKS.sourceKey:
      return seesSourceKey(bytes, at, start, end) ? 'source-key' : null;
    case ASKS.jwt:
      return seesJwt(bytes, at, start, end) ? 'jwt' : null;
    default:
      return seesKeyBlock(bytes, at, start, end) ? 'private-key' : null;
  }
}

function tableOf(asks: Readonly<Record<string, number>>): Uint8Array {
  const table = new Uint8Array(256);
  for (const [char, ask] of Object.entries(asks)) table[char.charCodeAt(0)] = ask;
  return table;
}
