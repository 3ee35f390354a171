import { isDigit, isHexDigit } from './char-class.ts';
import { BASE64_SIGN } from './decode-base64.ts';
import { ESCAPE_SIGN } from './decode-escapes.ts';
import { DEFAULT_KEYS } from './key-patterns.ts';
import { SPACED_SIGN } from './read-spaced.ts';

/** What a text contains that makes a group of rules worth running. */
export const GATE = {
  at: 1,
  digitPair: 2,
  number: 4,
  octets: 8,
  colonGroups: 16,
  assignment: 32,
  credential: 64,
  url: 128,
  /** The text may say something else when it is read in another way: these lead to no rule but to a layer. */
  escape: 256,
  base64: 512,
  lineEnd: 1024,
  spaced: 2048,
} as const;

/** The gate of rules that look at every text: those of a ruleset's own keys. */
export const ALWAYS = -1;

/** Literals one of which is in every credential that is told by its kind; those of `extra` come from a ruleset. */
export function credentialHints(extra: readonly string[] = []): string[] {
  const hints = [...DEFAULT_KEYS.flatMap((key) => key.hints), ...OTHER_HINTS, ...extra];
  return [...new Set(hints)].sort();
}

const OTHER_HINTS = [
  ...[
    'eyJ',
    '-----BEGIN',
    '---- BEGIN SSH2',
    'PuTTY-User-Key',
    'hooks.slack',
    '/api/webhooks',
    'hooks.zapier',
  ],
  ...[
    'webhook.office',
    'office.com/webhook',
    'office365.com/webhook',
    'maker.ifttt',
    'open-apis/bot',
    'hook.eu',
  ],
  ...['hook.us', 'hook.integromat', 'telegram.org/bot'],
];
export const CREDENTIAL_HINT = new RegExp(
  credentialHints()
    .map((hint) => hint.replace(/[.$()+*/-]/g, '\\$&'))
    .join('|'),
);
export const BEARER_HINT = /bearer/i;

/** So many digits make a number worth looking at, with at most so many other characters between two of them. */
export const NUMBER_DIGITS = 7;
export const NUMBER_GAP = 3;
const GROUP_COLONS = 7;
const [DOT, SLASH, COLON, EQUALS, AT] = [46, 47, 58, 61, 64];

/**
 * One pass over the folded text plus one combined pattern, before any rule: clean prose sets no bit.
 * A bit that is set says "may contain"; a bit that is not set says "cannot contain".
 */
export function gateText(text: string): number {
  let bits = 0;
  let digits = 0;
  let gap = 0;
  let dots = 0;
  let colons = 0;
  let previous = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isDigit(code)) {
      digits++;
      gap = 0;
      if (digits >= 2) bits |= digits >= NUMBER_DIGITS ? GATE.number | GATE.digitPair : GATE.digitPair;
      if (dots >= 3) bits |= GATE.octets;
    } else {
      if (code !== DOT) dots = 0;
      else if (isDigit(previous)) dots++;
      if (++gap > NUMBER_GAP) digits = 0;
      if (code === COLON) {
        bits |= GATE.assignment;
        if (previous === COLON || ++colons >= GROUP_COLONS) bits |= GATE.colonGroups;
      } else if (code === EQUALS) bits |= GATE.assignment;
      else if (code === AT) bits |= GATE.at;
      else if (code === SLASH && previous === SLASH) bits |= GATE.url;
      if (code !== COLON && !isHexDigit(code)) colons = 0;
    }
    previous = code;
  }
  if (CREDENTIAL_HINT.test(text) || BEARER_HINT.test(text)) bits |= GATE.credential;
  return bits | gateLayers(text);
}

/** Which other readings of the text are worth making. */
function gateLayers(text: string): number {
  return (
    (ESCAPE_SIGN.test(text) ? GATE.escape : 0) |
    (BASE64_SIGN.test(text) ? GATE.base64 : 0) |
    (text.includes('\n') ? GATE.lineEnd : 0) |
    (SPACED_SIGN.test(text) ? GATE.spaced : 0)
  );
}
