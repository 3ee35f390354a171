import { joinKeyPatterns } from './compile-key-pattern.ts';
import { GATE } from './gate-text.ts';
import type { KeyPattern } from './key-patterns.ts';
import type { Emit, Rule } from './rule.ts';

/** Addresses that whoever knows them may post to: the path is the secret. */
const HOOK =
  /(?:hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks|hooks\.zapier\.com\/hooks\/catch|webhook\.office\.com\/webhookb2|outlook\.office(?:365)?\.com\/webhook|maker\.ifttt\.com\/trigger|open\.(?:feishu|larksuite)\.c[a-z]{1,2}\/open-apis\/bot\/v2\/hook|api\.telegram\.org\/bot|hook\.(?:eu\d|us\d|integromat)\.(?:make\.)?com)\/?[\w/@:%.-]{10,}/gi;
const RUN = /[\w+/-]{16,}/g;
/** `sk-learn-pipeline-configuration` is a name; a key has digits, or capitals only. */
const KEY_LIKE = /\d|^[A-Z]{20}$/;
const KEY_BLOCK_BEGIN =
  /(?:-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----|PuTTY-User-Key-File-\d: )/g;
const KEY_BLOCK_END =
  /(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|---- END SSH2 ENCRYPTED PRIVATE KEY ----|Private-MAC: [0-9a-f]{40,64})/g;
const JWT_PART = /[\w-]{8,}/y;
/** One to four more parts; the second of an encrypted token may be empty. */
const JWT_REST = /(?:\.[\w-]+|\.(?=\.)){1,4}/y;
const JWT_MIN_REST_UNITS = 9;
const JWT_HEAD = 'eyJ';
const USERINFO_STOP = /[/\s?#"'<>`\\]/;
const MIN_LONE_USER_UNITS = 16;

/** Access keys whose kind is written in front of them: cloud, source hosting, payment, chat, model providers. */
export function createApiKeyRule(keys: readonly KeyPattern[]): Rule {
  const hinted = joinKeyPatterns(
    keys.filter(({ hints }) => hints.length > 0).map(({ pattern }) => pattern),
    'g',
  );
  const others = joinKeyPatterns(
    keys.filter(({ hints }) => hints.length === 0).map(({ pattern }) => pattern),
    'y',
  );
  return {
    id: 'api-key',
    marker: '[TOKEN]',
    gate: GATE.credential | GATE.keyRun,
    sources: [hinted?.source ?? '', others?.source ?? '', HOOK.source, RUN.source, KEY_LIKE.source],
    find(text, emit) {
      if (hinted !== undefined) emitKeys(text.matchAll(hinted), emit);
      for (const match of text.matchAll(HOOK)) emit(match.index, match.index + match[0].length);
      if (others !== undefined) emitKeys(matchesAtRuns(text, others), emit);
    },
  };
}

/** Keys that a ruleset adds, each by its hints. */
export function createAddedKeyRule(keys: readonly KeyPattern[]): Rule {
  const compiled = keys.flatMap(({ hints, pattern }) => {
    const expression = joinKeyPatterns([pattern], 'g');
    return expression === undefined ? [] : [{ hints, expression }];
  });
  return {
    id: 'api-key',
    marker: '[TOKEN]',
    gate: GATE.added,
    sources: compiled.flatMap(({ hints, expression }) => [...hints, expression.source]),
    find(text, emit) {
      for (const { hints, expression } of compiled) {
        if (!hints.some((hint) => text.includes(hint))) continue;
        for (const match of text.matchAll(expression)) emit(match.index, match.index + match[0].length);
      }
    },
  };
}

function emitKeys(matches: Iterable<RegExpExecArray>, emit: Emit): void {
  for (const match of matches) {
    if (KEY_LIKE.test(match[0])) emit(match.index, match.index + match[0].length);
  }
}

/** Keys without a literal that could be searched for: tried where sixteen units of keys stand in a row. */
function* matchesAtRuns(text: string, pattern: RegExp): Generator<RegExpExecArray> {
  for (const run of text.matchAll(RUN)) {
    pattern.lastIndex = run.index;
    const match = pattern.exec(text);
    if (match !== null) yield match;
  }
}

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

/** Behind the first colon, whatever it ends with: `user:@` has none. */
const PASSWORD = /:./s;

/** User and password in a URL (`://user:pass@`), or a long lone user, which is a token. */
export const urlCredentialRule: Rule = {
  id: 'url-credential',
  marker: '[TOKEN]',
  gate: GATE.url,
  sources: [USERINFO_STOP.source, PASSWORD.source, String(MIN_LONE_USER_UNITS)],
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
    if (PASSWORD.test(userinfo) || isLongUser) emit(start, end);
  }
}
