import { Buffer } from 'node:buffer';
import { type Layer, LayerWriter } from './rewrite-layer.ts';

/** Escapes of JSON and of programs, character references (HTML, section 13.5). */
const MARKUP =
  /\\{1,8}(?:u\{[\da-f]{1,6}\}|u[\da-f]{4}|U000[\da-f]{5}|x[\da-f]{2}|[bfnrt"'\\/])|&(?:#\d{1,7};?|#x[\da-f]{1,6};?|[a-z]{2,8};)/gi;
/** Bytes in percent signs (RFC 3986), the spaces of forms, quoted-printable bytes that an address is likely to hold. */
const BYTES =
  /(?:%[\da-f]{2}){1,512}|=(?:40|2e|2d|5f|2b|3d)(?=[a-z])|(?:=[c-f][\da-f](?:=[89ab][\da-f]){1,3}){1,128}|\+{1,3}/gi;
/** What must be in a text for any of them to be in it: a plus only counts between groups of a form's value. */
const ESCAPE_SIGN =
  /%[\da-f]{2}|\\(?:[ux][\da-f{]|U000|[nrt"'\\/])|&(?:#x?[\da-f]|[a-z]{2,8};)|=(?:40|2e|2d|5f|2b|3d)[a-z]|=[c-f][\da-f]=|[\d)A-Z]\+{1,3}[\d(-]|\d\+[A-Z]/i;
const NAMED = new Map(
  Object.entries({
    ...{ commat: '@', period: '.', colon: ':', sol: '/', lowbar: '_', hyphen: '-', dash: '-', plus: '+' },
    ...{ num: '#', equals: '=', lpar: '(', rpar: ')', quot: '"', apos: "'", amp: '&', lt: '<', gt: '>' },
    ...{ nbsp: ' ', ensp: ' ', emsp: ' ', thinsp: ' ', ndash: '-', mdash: '-', shy: '', zwnj: '', zwj: '' },
    ...{ percnt: '%', excl: '!', bsol: '\\', lsqb: '[', rsqb: ']', lbrack: '[', rbrack: ']', tab: ' ' },
    ...{ newline: '\n', semi: ';', comma: ',', dollar: '$', ast: '*', quest: '?', underbar: '_', numsp: ' ' },
  }),
);
const CONTROLS = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', ' '],
  ['f', ' '],
]);
const GROUP = /^[\dA-Z()./-]{1,19}$/;
/** A small letter beside a digit or a capital behind it, as in keys. */
const MIXED = /[a-z]\d|\d[a-z]|[a-z][A-Z]/;
const IN_FORM = /%[\da-f]{2}/i;

/** Everything that decides how escapes are read, for the digest. */
export const ESCAPE_SOURCES: readonly string[] = [
  MARKUP.source,
  BYTES.source,
  ESCAPE_SIGN.source,
  JSON.stringify([...NAMED]),
  JSON.stringify([...CONTROLS]),
];

/**
 * One step of decoding; undefined when nothing changes. Never longer than what it was. What carries a URL is read
 * before what a URL carries: an escaped slash in a password must not end it.
 */
export function decodeEscapes(layer: Layer): Layer | undefined {
  return decodeWith(layer, MARKUP) ?? decodeWith(layer, BYTES);
}

function decodeWith(layer: Layer, escapes: RegExp): Layer | undefined {
  const { text } = layer;
  const writer = new LayerWriter(layer);
  const isForm = IN_FORM.test(text);
  let kept = 0;
  for (const match of text.matchAll(escapes)) {
    const [start, end] = [match.index, match.index + match[0].length];
    const sign = match[0].charAt(0);
    if (sign === '+' && !isFormSpace(text, start, end, isForm)) continue;
    if (sign === '%' || sign === '=') {
      const pieces = decodeBytes(match[0]);

      writer.copy(kept, start);
      for (const { plain, from, to } of pieces) writer.put(plain, start + from, start + to);
    } else {
      const plain =
        sign === '+'
          ? ' '.repeat(end - start)
          : sign === '&'
            ? decodeReference(match[0])
            : decodeBackslash(match[0]);
      if (plain === undefined) continue;
      writer.copy(kept, start);
      writer.put(plain, start, end);
    }
    kept = end;
  }
  if (kept === 0) return undefined;
  writer.copy(kept, text.length);
  return writer.finish();
}

/**
 * In `4111+1111` a form has written a space, in `x=+49` it has not, nor in a key or the name of a mail box. Where
 * nothing else is escaped only groups of digits and capitals count.
 */
function isFormSpace(text: string, start: number, end: number, isForm: boolean): boolean {
  const before = /[^\s&=?/:;,"']{0,24}$/.exec(text.slice(Math.max(0, start - 24), start))?.[0] ?? '';
  const after = /^[^\s&;,"']{0,24}/.exec(text.slice(end, end + 24))?.[0] ?? '';
  if (before === '' || after === '') return false;
  if (!/[\dA-Z)"'.,-]$/.test(before)) return false;
  const [left, right] = [before.split('+').at(-1) ?? '', after.split('+')[0] ?? ''];
  if (!isForm) return GROUP.test(left) && GROUP.test(right);
  return ![left, right].some((piece) => MIXED.test(piece));
}

interface Piece {
  readonly plain: string;
  readonly from: number;
  readonly to: number;
}

/** Each code point of a run of `%xx` or `=XX`, with its place in the run; a byte that is no UTF-8 becomes a blank. */
function decodeBytes(run: string): Piece[] {
  const bytes = Buffer.from(run.replaceAll(/[%=]/g, ''), 'hex');
  const pieces: Piece[] = [];
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] as number;
    const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    const plain = bytes.toString('utf8', at, at + length);
    const isWhole = !plain.includes('\ufffd');
    const next = at + (isWhole ? length : 1);
    pieces.push({ plain: isWhole ? plain : ' ', from: at * 3, to: Math.min(bytes.length, next) * 3 });
    at = next;
  }
  return pieces;
}

/** However often the sign in front has been doubled on its way. */
function decodeBackslash(sequence: string): string | undefined {
  const escaped = sequence.replace(/^\\+(?=.)/, '');
  if (escaped.length <= 1) return CONTROLS.get(escaped.toLowerCase()) ?? escaped;
  return fromCode(Number.parseInt(escaped.slice(1).replace(/[{}]/g, ''), 16));
}

function decodeReference(reference: string): string | undefined {
  const body = reference.slice(1).replace(/;$/, '').toLowerCase();
  if (!body.startsWith('#')) return NAMED.get(body);
  return fromCode(body.startsWith('#x') ? Number.parseInt(body.slice(2), 16) : Number(body.slice(1)));
}

function fromCode(code: number): string | undefined {
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
