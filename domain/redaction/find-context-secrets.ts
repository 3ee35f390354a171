import { decodeRuns } from './decode-base64.ts';
import { GATE } from './gate-text.ts';
import { compileCue } from './match-cue.ts';
import type { Rule } from './rule.ts';

/** Twenty units of any alphabet that keys are written in. */
const TOKEN = /(?<![\w+/=.~-])[\w+/.~-]{20,}={0,2}/g;
const MIN_UNITS = 20;
/** As the gate wants it. */
const RUN = /[\w+/-]{16}/;
const UUID_OR_HASH = /^(?:[\da-f-]+|[\dA-F-]+|sha(?:1|256|384|512)-.*|[A-Z\d_]+|[a-z\d_.-]+)$/;
const IDENTIFIER = /^(?:[A-Za-z]{1,20}[._/-]){2,}[A-Za-z\d]{0,20}$|^[A-Za-z]+$/;
/** Words that are written together begin with a capital each. */
const UNLIKE_WORDS = /[A-Z][a-z][A-Z]/;
/** Ids that their makers print on invoices and send in answers. */
const PUBLIC_ID =
  /^(?:cus|pi|evt|ord|req|sub|ch|in|prod|price|acct|usr|user|org|run|msg|file|thread|asst|resp|chatcmpl)[_-]/;
const WORDS = /\p{L}{3}[\p{L}\s:,."'=-]{2}/u;
const PATH = /^\/|\/{2}|^https?/;

/** Words for secrets, beside which a long random value is one. */
export const SECRET_CUE = compileCue({
  parts: [
    ...[
      'api key',
      'api-key',
      'api_key',
      'apikey',
      'api schlüssel',
      'api-schlüssel',
      'apischlüssel',
      'schlussel',
    ],
    ...['secret', 'password', 'passwd', 'passwort', 'kennwort', 'contraseña', 'contrasena', 'mot de passe'],
    ...['passphrase', 'senha', 'wachtwoord', 'parola', 'hasło', 'geheim', 'segreto', 'secreto', 'segredo'],
    ...[
      'token',
      'jeton',
      'ficha de acceso',
      'credential',
      'bearer',
      'clé',
      'chiave',
      'clave',
      'chave',
      'sleutel',
    ],
    ...[
      'klucz',
      'access key',
      'access_key',
      'accesskey',
      'private key',
      'auth',
      'signing',
      'session',
      'cookie',
    ],
    ...[
      'パスワード',
      'トークン',
      'キー',
      '鍵',
      '密码',
      '密钥',
      '令牌',
      '비밀번호',
      '토큰',
      'пароль',
      'токен',
      'ключ',
    ],
    ...[
      'κωδικ',
      'κλειδι',
      'كلمة المرور',
      'סיסמה',
      'salasana',
      'lösenord',
      'passord',
      'adgangskode',
      'şifre',
      'heslo',
      'jelszó',
    ],
  ],
  words: ['key is', 'keys are', 'pwd', 'pass', 'pat', 'cle'],
});

/** Keys that no maker's mark tells: long, of all kinds of signs, and beside a word for secrets. */
export const contextSecretRule: Rule = {
  id: 'secret-in-context',
  marker: '[TOKEN]',
  gate: GATE.context,
  sources: [
    TOKEN.source,
    UUID_OR_HASH.source,
    IDENTIFIER.source,
    UNLIKE_WORDS.source,
    PUBLIC_ID.source,
    PATH.source,
    WORDS.source,
    SECRET_CUE.source,
  ],
  find(text, emit) {
    for (const match of text.matchAll(TOKEN)) {
      const whole = withoutDots(match[0]);
      // What stands in a path is named by the parts in front of it.
      const from = PATH.test(whole) ? whole.lastIndexOf('/') + 1 : 0;
      const [value, start] = [whole.slice(from), match.index + from];
      if (value.length < MIN_UNITS || !RUN.test(value) || !looksRandom(value)) continue;
      const end = start + value.length;
      if (!SECRET_CUE.before(text, start) && !SECRET_CUE.behind(text, end)) continue;
      if (!isData(text, start, value)) emit(start, end);
    }
  },
};

/** Small letters, capitals and digits in no order that a word, a path, an id or a hash has. */
function looksRandom(value: string): boolean {
  const isIdentifier = IDENTIFIER.test(value) && !UNLIKE_WORDS.test(value);
  if (UUID_OR_HASH.test(value) || isIdentifier || PUBLIC_ID.test(value) || PATH.test(value)) return false;
  const digits = value.replace(/\D/g, '').length;
  const capitals = value.replace(/[^A-Z]/g, '').length;
  const small = value.replace(/[^a-z]/g, '').length;
  if (digits < 1 || capitals < 2 || small < 2) return false;
  return changesOfKind(value) * 4 >= value.length;
}

/** Dots at the end belong to the sentence. */
function withoutDots(value: string): string {
  let end = value.length;
  while (end > 0 && value.charAt(end - 1) === '.') end--;
  return value.slice(0, end);
}

/** An image in base64, or a text in it, which was read and held nothing. */
function isData(text: string, start: number, value: string): boolean {
  let isText = text.slice(start - 7, start) === 'base64,';
  // One key in ten thousand reads as text by chance, but not as words.
  decodeRuns(value, ({ plain }) => {
    if (WORDS.test(plain)) isText = true;
  });
  return isText;
}

/** How often the kind of sign changes from one unit to the next: often in keys, seldom in words. */
function changesOfKind(value: string): number {
  let changes = 0;
  let previous = 0;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    const kind = code >= 97 ? 1 : code >= 65 ? 2 : code >= 48 && code <= 57 ? 3 : 4;
    if (at > 0 && kind !== previous) changes++;
    previous = kind;
  }
  return changes;
}
