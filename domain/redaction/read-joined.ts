import { isAsciiAlnum } from './char-class.ts';
import { SECRET_CUE } from './find-context-secrets.ts';
import type { Reading } from './read-spaced.ts';
import { type Layer, LayerWriter } from './rewrite-layer.ts';

/** A line's end as mail, terminals and editors put it inside a value: soft, with indentation, quoted. */
const BREAK = /[ \t]{0,3}=?\r?\n(?:[ \t]{0,16}(?:> {0,3}){0,4})/g;
const VALUE_SIGNS = '@._+-=/%:()&#~,!*$\'"';
const TOKEN_UNITS = 2_048;
const CONTEXT_UNITS = 120;
const NUMBER_UNITS = 24;
/** A day or a time at the beginning of a line. */
export const DATE =
  /^(?:\d{4}-\d\d-\d\d|(?:[01]\d|2[0-3]):[0-5]\d(?!\d)|\d{4}\/\d\d\/\d\d|\d\d\/(?:[A-Z][a-z]{2}|\d\d)\/\d|\d\d\.\d\d\.(?:19|20)\d\d)/;
/** A day, or a version, at the end of a line. */
const DATE_TAIL = /(?<!\d)(?:(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})$/;
/** A line that begins so goes on with what the one before it began, whatever that looks like. */
const SIGN_HEAD = /^[-/.]\d/;
const OPEN_QUOTE = /"[^"\n]{1,24}$/;
const QUOTED_LOCAL = /^[^"\n]{0,48}"@/;
const NUMBER_TAIL = /[\d+(][ .()/-]{0,3}$/;
const NUMBER_HEAD = /^[ .()/-]{0,3}\d/;
const ONLY_NUMBERS = /^[\d \t.,()/-]+$/;
const ADDRESS = /\d\.\d{1,3}\.\d|[\da-f]:[\da-f]{0,4}:/i;
const IBAN_UNITS = 42;
const COUNTRY_TAIL = /(?:(?<![A-Za-z\d])|(?<=IBAN))[A-Z]{1,2}\d?$/i;
const IBAN_HEAD = /[A-Z]{2}[ .-]?\d[ .-]?\d[ .-]?[A-Z\d]/i;
const SECRET_LINE = /pass|secret|token|key|pwd|auth|bearer|basic|cookie|session|sid|:\/\//i;
/** Digits, small letters and capitals, as in a key that only a word beside it tells. */
const ALL_KINDS = /^(?=.{0,256}\d)(?=.{0,256}[a-z])(?=.{0,256}[A-Z])/;
const LINE_UNITS = 96;
/** So often a value is looked for broken among other line ends; oftener only where all of them are its own. */
const MOST_BREAKS = 3;

/** Everything that decides what is read so, for the digest. */
export const JOINED_SOURCES: readonly string[] = [
  BREAK.source,
  VALUE_SIGNS,
  DATE.source,
  DATE_TAIL.source,
  SIGN_HEAD.source,
  ADDRESS.source,
  IBAN_HEAD.source,
  SECRET_LINE.source,
  ALL_KINDS.source,
];

/** A line's end that may stand inside a value. */
interface Break {
  readonly start: number;
  readonly end: number;
}

/** A reading with some line ends left out; `breaks` are where they were, in units of the reading. */
export interface JoinedReading extends Reading {
  readonly breaks: readonly { readonly at: number; readonly isSoft: boolean }[];
}

/** Tells which line ends are of interest, by where each begins and ends. */
type IsWanted = (start: number, end: number) => boolean;

/**
 * Reads the surroundings of line ends without them, where a value may go on over them. Only line ends that are wanted
 * are looked at, and those that follow one without a blank between.
 */
export function readJoined(
  layer: Layer,
  hints: RegExp,
  isWanted: IsWanted,
  visit: (reading: JoinedReading) => void,
): void {
  const breaks = candidateBreaks(layer.text, hints, isWanted);
  for (let first = 0; first < breaks.length; ) {
    let last = first;
    while ((breaks[last + 1]?.start ?? Infinity) - (breaks[last]?.end ?? 0) < CONTEXT_UNITS) last++;
    const near = breaks.slice(first, last + 1);
    for (const inside of runsOf(near)) visit(joinAcross(layer, inside));
    first = last + 1;
  }
}

/** A value may be broken once or more often, and what stands before and behind it may be on lines of its own. */
function* runsOf(near: readonly Break[]): Generator<readonly Break[]> {
  for (let breaks = 1; breaks <= Math.min(MOST_BREAKS, near.length); breaks++) {
    for (let from = 0; from + breaks <= near.length; from++) yield near.slice(from, from + breaks);
  }
  if (near.length > MOST_BREAKS) yield near;
}

function joinAcross(layer: Layer, breaks: readonly Break[]): JoinedReading {
  const writer = new LayerWriter(layer);
  const joints: { at: number; isSoft: boolean }[] = [];
  const first = breaks[0]?.start ?? 0;
  const token = tokenBefore(layer.text, first).length;
  let at = Math.max(0, first - token - CONTEXT_UNITS);
  for (const { start, end } of breaks) {
    writer.copy(at, start);
    joints.push({ at: writer.length, isSoft: layer.text.charAt(start) === '=' });
    at = end;
  }
  writer.copy(
    at,
    Math.min(layer.text.length, at + Math.max(tokenAfter(layer.text, at).length, CONTEXT_UNITS)),
  );
  return { layer: writer.finish(), start: 0, end: writer.length, breaks: joints };
}

function candidateBreaks(text: string, hints: RegExp, isWanted: IsWanted): Break[] {
  if (!text.includes('\n')) return [];
  const all = Array.from(text.matchAll(BREAK), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
  const isKept = new Array<boolean>(all.length).fill(false);
  const follows = (at: number): boolean => all[at - 1]?.end === tokenStart(text, all[at]?.start ?? 0);
  all.forEach((each, at) => {
    const isChained = isKept[at - 1] === true && follows(at);
    if (!isChained && !isWanted(each.start, each.end)) return;
    isKept[at] = mayBeInside(text, each, hints, isChained) && !isInColumn(text, all, at);
  });
  // What a value begins with may say nothing by itself, a line's end or two before that which does.
  for (let at = all.length - 2; at >= 0; at--) {
    const each = all[at];
    if (isKept[at] || !isKept[at + 1] || each === undefined || !follows(at + 1)) continue;
    isKept[at] = mayBeInside(text, each, hints, true) && !isInColumn(text, all, at);
  }
  return all.filter((_, at) => isKept[at]);
}

/** Whether what stands on both sides may be one value: of the kinds that the rules know. */
function mayBeInside(text: string, { start, end }: Break, hints: RegExp, isChained: boolean): boolean {
  if (
    OPEN_QUOTE.test(text.slice(Math.max(0, start - NUMBER_UNITS), start)) &&
    QUOTED_LOCAL.test(text.slice(end, end + 64))
  )
    return true;
  if (!isValueUnit(text, start - 1) || !isValueUnit(text, end)) return false;
  if (isChained || text.charAt(start) === '=') return true;
  const left = tokenBefore(text, start);
  const right = tokenAfter(text, end);
  const pair = left + right;
  if (pair.includes('@') || left.includes('://') || hints.test(pair) || ADDRESS.test(pair)) return true;
  const before = text.slice(Math.max(0, start - NUMBER_UNITS), start);
  const after = text.slice(end, end + NUMBER_UNITS);
  if (NUMBER_TAIL.test(before) && NUMBER_HEAD.test(after) && !hasDateBeside(before, after)) return true;
  const line = text.slice(Math.max(0, start - LINE_UNITS), start);
  if (SECRET_LINE.test(line) || (ALL_KINDS.test(pair) && SECRET_CUE.before(text, start - left.length)))
    return true;
  if (!/[\w.-]/.test(text.charAt(start - 1)) || !/[\w.-]/.test(text.charAt(end))) return false;
  const head = text.slice(Math.max(0, start - IBAN_UNITS), start);
  return (
    IBAN_HEAD.test(head.replace(BREAK, '') + after.slice(0, 2)) ||
    (COUNTRY_TAIL.test(before) && /^[A-Z]?\d/i.test(after))
  );
}

/** Whether a day or a time ends a line, or begins the next. */
export function hasDateBeside(before: string, after: string): boolean {
  return DATE.test(after) || (DATE_TAIL.test(before) && !SIGN_HEAD.test(after));
}

/** A column of numbers is many values, and what its lines make together is none. */
function isInColumn(text: string, breaks: readonly Break[], at: number): boolean {
  const isNumbers = (line: number): boolean => {
    const [start, end] = [breaks[line - 1]?.end ?? 0, breaks[line]?.start ?? text.length];
    return line >= 0 && end - start <= LINE_UNITS && ONLY_NUMBERS.test(text.slice(start, end));
  };
  if (!isNumbers(at) || !isNumbers(at + 1)) return false;
  return isNumbers(at - 1) || (at + 1 < breaks.length && isNumbers(at + 2));
}

function isValueUnit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return isAsciiAlnum(code) || code > 0x7f || (code < 0x80 && VALUE_SIGNS.includes(text.charAt(at)));
}

function tokenBefore(text: string, end: number): string {
  return text.slice(tokenStart(text, end), end);
}

function tokenStart(text: string, end: number): number {
  let start = end;
  while (start > 0 && end - start < TOKEN_UNITS && !isBlank(text.charCodeAt(start - 1))) start--;
  return start;
}

function tokenAfter(text: string, start: number): string {
  let end = start;
  while (end < text.length && end - start < TOKEN_UNITS && !isBlank(text.charCodeAt(end))) end++;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}
