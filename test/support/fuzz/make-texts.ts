import type { Dice } from './dice.ts';

const PROSE = [
  ...['the score was below the threshold', 'rule 4 won', 'asked twice, denied once', 'see docs', ''],
  ...['returns assistant', 'no match.', 'gh be sk hoo', 'a/b - c', 'v 2', 'key', 'line\nline\ttab'],
];

/** Something for every rule of redaction, and what comes near. */
const PERSONAL = [
  ...['jane@example.com', '"jane doe"@example.org', 'jörg@müller.example', 'a@b', '@', 'x@[192.0.2.1]'],
  ...['4111 1111 1111 1111', '4111-1111-1111-1112', 'DE89 3704 0044 0532 0130 00', 'GB82WEST12345698765432'],
  ...[
    '+49 30 901820',
    '(030) 90 18 20',
    '202-555-0143',
    '192.168.0.1',
    '2001:db8::1',
    '::',
    '1.2.3',
    'fe80::',
  ],
  ...[
    'Bearer abcdef0123456789abcdef',
    'Authorization: Basic QWxhZGRpbjpvcGVu',
    'password=hunter2',
    'pwd: x1',
  ],
  ...['AKIAIOSFODNN7EXAMPLE', 'ghp_0123456789abcdefghij0123', 'sk-0123456789abcdef0123', 'token: 12'],
  ...['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'https://u:p4ss@host.example/x', 'a://b', '//'],
  ...['-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----', '-----BEGIN RSA PRIVATE KEY-----'],
  ...['xoxb-1234567890-abcdef', 'hf_', 'SG.', 'sk-learn', 'AIza', 'bearer of news', 'key = value', '[EMAIL]'],
];
const UNICODE = [
  ...[
    'ä',
    '日本語',
    '\u200b',
    '\u00ad',
    '\ufeff',
    '😀',
    'јаnе@ехаmрle.com',
    '４１１１ １１１１ １１１１ １１１１',
    'e\u0301',
  ],
  ...[
    '+٤٩ ٣٠ ٩٠١٨٢٠',
    '\u2028',
    '\u0000',
    '\uffff',
    '\u{10ffff}',
    'K',
    'ſecret=abc1',
    'j\u200bane@example.com',
  ],
];
const NUMBERS = [
  '1',
  '12',
  '123',
  ' 1 ',
  '4711',
  '2026-03-01',
  '1,2',
  '9'.repeat(17),
  '0',
  '7  7',
  '1a2b3c',
  '%',
];
const FIRST_SECRET = '☃ no redactor reads this';
const LONG_BYTES = 20_000;
const BUDGET = 256 * 1024;

/** A text on which the redactor of these tests fails. */
export const UNREADABLE = FIRST_SECRET;

/** A text that the redactor of these tests passes on as it is, whatever it holds. */
export const OVERLOOKED = '☂ seen by nobody:';

/** Free text: plain prose, personal data of every rule and what comes near, other scripts; seldom very long. */
export function makeText(dice: Dice): string {
  if (dice.chance(0.5)) return dice.pick(PROSE);
  if (dice.chance(0.00008)) return makeAtBudget(dice);
  if (dice.chance(0.0005)) return UNREADABLE;
  if (dice.chance(0.02)) return `${OVERLOOKED} ${makePieces(dice)}`;
  if (dice.chance(0.002)) return repeatTo(makePieces(dice) || 'x', dice.below(LONG_BYTES));
  return makePieces(dice);
}

function makePieces(dice: Dice): string {
  let text = '';
  for (let pieces = dice.below(5); pieces >= 0; pieces--) {
    const list = dice.pick([PROSE, PROSE, PERSONAL, NUMBERS, UNICODE]);
    text += `${dice.pick(list)}${dice.pick(['', ' ', ' ', ', ', '-', '.', ':', '='])}`;
  }
  return text;
}

/** One unit around the limits: in bytes of one text, in UTF-16 units of all texts. */
function makeAtBudget(dice: Dice): string {
  const unit = dice.pick(['a', 'a', 'b c ', 'ä', '1 ']);
  const length = Math.floor(BUDGET / Buffer.byteLength(unit)) - dice.below(3) + 1;
  return unit.repeat(length) + dice.pick(['', 'a', 'aa']);
}

function repeatTo(piece: string, units: number): string {
  return piece.repeat(1 + Math.floor(units / piece.length));
}

/** Codes at the edges of their grammar (safe-grammar.ts), and outside it. */
const ODD_CODES = [
  ...[
    '',
    'a'.repeat(200),
    'a'.repeat(201),
    '_',
    '0',
    'a:/~+-._',
    '.a',
    '-a',
    'a b',
    'a@b',
    'ä',
    '\u200b',
    'a\n',
  ],
  ...[
    'sk-learn',
    'sk-0123456789abcdef0123',
    'hf_x',
    'SG.x',
    'AIza',
    'AKIAIOSFODNN7EXAMPLE',
    'bearing',
    'Bearer',
  ],
  ...[
    'http://host',
    'https://u:p4ss@host',
    'ftp://u:p',
    'a//b',
    'hooks',
    'hooks.slack',
    'eyJ',
    'x'.repeat(64),
  ],
  ...['ghp_0123456789abcdefghij0123', 'npm_', '%', '"', '\u0000', '日本', '\ufffd', '4111111111111111'],
];

/** A code: mostly one that recurs. `fresh`: probability that it is another one each time. */
export function makeCode(dice: Dice, stem: string, fresh: number): string {
  if (dice.chance(0.003)) return dice.pick(ODD_CODES);
  if (dice.chance(0.01)) return '';
  return dice.chance(fresh) ? `${stem}.${dice.below(2 ** 31).toString(36)}` : `${stem}-${dice.below(9)}`;
}
