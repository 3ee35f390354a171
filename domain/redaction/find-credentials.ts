import { GATE } from './gate-text.ts';
import type { Emit, Rule } from './rule.ts';

/** Every alternative has its kind in front and consumes a whole run, so a failed start costs a bounded look. */
const KEYS =
  /(?<![A-Za-z0-9])(?:(?:AKIA|ASIA)[0-9A-Z]{16}|AIza[\w-]{30,}|gh[opsur]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|sk-[\w-]{16,}|[rsp]k_(?:live|test)_[A-Za-z0-9]{10,}|xox[a-z]-[A-Za-z0-9-]{10,}|npm_[A-Za-z0-9]{30,}|hf_[A-Za-z0-9]{30,}|SG\.[\w-]{16,}\.[\w-]{16,}|ya29\.[\w-]{20,})/g;
const SLACK_HOOK = /hooks\.slack\.com\/(?:services|workflows)\/[\w/-]{10,}/gi;
const KEY_BLOCK_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const KEY_BLOCK_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const JWT_PART = /[\w-]{8,}/y;
/** One to four more parts; the second of an encrypted token may be empty. */
const JWT_REST = /(?:\.[\w-]+|\.(?=\.)){1,4}/y;
const JWT_MIN_REST_UNITS = 9;
const JWT_HEAD = 'eyJ';
const USERINFO_STOP = /[/\s?#"'<>`\\]/;
const MIN_LONE_USER_UNITS = 16;

/** Access keys whose kind is written in front of them: cloud, source hosting, payment, chat, model providers. */
export const apiKeyRule: Rule = {
  id: 'api-key',
  marker: '[TOKEN]',
  gate: GATE.credential,
  sources: [KEYS.source, SLACK_HOOK.source],
  find(text, emit) {
    for (const match of text.matchAll(KEYS)) {
      // `sk-learn-pipeline-configuration` is a name; a key has digits.
      if (/\d|^(?:AKIA|ASIA)/.test(match[0])) emit(match.index, match.index + match[0].length);
    }
    for (const match of text.matchAll(SLACK_HOOK)) emit(match.index, match.index + match[0].length);
  },
};

/** Private key blocks (RFC 7468, OpenSSH, PGP); one that was cut off reaches to the end of the text. */
export const privateKeyRule: Rule = {
  id: 'private-key',
  marker: '[TOKEN]',
  gate: GATE.credential,
  sources: [KEY_BLOCK_BEGIN.source, KEY_BLOCK_END.source],
  find(text, emit) {
    let closed = 0;
    for (const begin of text.matchAll(KEY_BLOCK_BEGIN)) {
      if (begin.index < closed) continue;
      KEY_BLOCK_END.lastIndex = begin.index;
      const end = KEY_BLOCK_END.exec(text);
      closed = end === null ? text.length : end.index + end[0].length;
      emit(begin.index, closed);
    }
  },
};

/** JSON web tokens (RFC 7519): base64url parts, the first beginning like `{"`. */
export const jwtRule: Rule = {
  id: 'jwt',
  marker: '[TOKEN]',
  gate: GATE.credential,
  sources: [JWT_HEAD, JWT_PART.source, JWT_REST.source, String(JWT_MIN_REST_UNITS)],
  find(text, emit) {
    for (let at = text.indexOf(JWT_HEAD); at !== -1; ) {
      const headEnd = matchEnd(JWT_PART, text, at);
      const end = headEnd === -1 ? -1 : matchEnd(JWT_REST, text, headEnd);
      if (end - headEnd >= JWT_MIN_REST_UNITS) emit(at, end);
      // A later head in the same run would end in the same place, so the run is not read again.
      at = text.indexOf(JWT_HEAD, Math.max(headEnd, end, at + 1));
    }
  },
};

function matchEnd(sticky: RegExp, text: string, from: number): number {
  sticky.lastIndex = from;
  return sticky.test(text) ? sticky.lastIndex : -1;
}

/** User and password in a URL (`://user:pass@`), or a long lone user, which is a token. */
export const urlCredentialRule: Rule = {
  id: 'url-credential',
  marker: '[TOKEN]',
  gate: GATE.url,
  sources: [USERINFO_STOP.source, String(MIN_LONE_USER_UNITS)],
  find: findUrlCredentials,
};

function findUrlCredentials(text: string, emit: Emit): void {
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    const start = at + 3;
    let end = -1;
    for (let unit = start; unit < text.length && !USERINFO_STOP.test(text.charAt(unit)); unit++) {
      if (text.charAt(unit) === '@') end = unit;
    }
    if (end <= start) continue;
    const userinfo = text.slice(start, end);
    const isLongUser = userinfo.length >= MIN_LONE_USER_UNITS && /\d/.test(userinfo);
    if ((userinfo.includes(':') && !userinfo.endsWith(':')) || isLongUser) emit(start, end);
  }
}
