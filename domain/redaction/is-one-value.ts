import { DATE, hasDateBeside, type JoinedReading } from './read-joined.ts';
import type { RuleId, Span } from './rule.ts';

/** A name and what follows it: what they would take over a line's end, they have begun before it. */
const ANNOUNCED_RULES: ReadonlySet<RuleId> = new Set(['secret-assignment', 'bearer-token']);
/** Check digits, or signs on both sides, say that it is one value. */
const CERTAIN_RULES: ReadonlySet<RuleId> = new Set(['url-credential', 'card', 'iban', 'ssn', 'ip']);
const NUMBER_RULES: ReadonlySet<RuleId> = new Set(['card', 'ssn', 'phone']);
/** In front of an address: then a dot at a line's end is one of its own. */
const ADDRESS_WORD = /(?:^|[^a-z])(?:[a-z]*ip|from|addr|adres|host|remote|client|peer|source|server)/i;
const FIRST_OCTET = /^[\da-f]{1,4}\.$/i;
const STARTS_VALUE = /["'`=<([{:>|,;]\s?$/;
/** `name=` at the beginning of a line; not the padding of base64, with what may stand behind it. */
const NAME_AND_SIGN = /^[\w.-]{1,40}[:=](?!=?[^\w\s]{0,3}$)/;
/** A line begins or ends in the middle of an address, or with digits that only it can hold. */
const OPEN_LOCAL = /[+_]$/;
const GOES_ON = /^[+._][^\W_]|^\d+@/;
/** Signs, digits and changes of case: no word of a sentence is written so. */
const NO_WORD = /[\d._+%/-](?=.)|[a-z][A-Z]|[A-Z]{2}|\d/;
/** A digit, or a capital inside: in a key, not in a word or the level of a log. */
const MIXED = /\d|[a-z][A-Z]|[A-Z]{2}[a-z]/;
const ID_OR_HASH = /^[\da-f-]{16,}$/i;
/** Behind what would be an address: then its last part is the beginning of something else. */
const WORD_HEAD = /[A-Za-z°]/;
const YEAR = /^(?:19|20)\d\d$/;
const MAX_PART_UNITS = 200;

/** Everything that decides what is one value, for the digest. */
export const ONE_VALUE_SOURCES: readonly string[] = [
  ADDRESS_WORD.source,
  FIRST_OCTET.source,
  STARTS_VALUE.source,
  NAME_AND_SIGN.source,
  OPEN_LOCAL.source,
  GOES_ON.source,
  NO_WORD.source,
  YEAR.source,
  MIXED.source,
  ID_OR_HASH.source,
  WORD_HEAD.source,
];

/** What a rule found in a reading, in units of the reading. */
interface Found {
  readonly start: number;
  readonly end: number;
  readonly id: RuleId;
}

/** A piece of a value: what stands of it on one line. */
interface Piece {
  readonly text: string;
  readonly isKnown: boolean;
  readonly isSoft: boolean;
  readonly opensValue: boolean;
  /** A line of nothing but the value stands between two ends of it. */
  readonly isBetween: boolean;
  /** What stands on the next line of the value. */
  readonly next: string;
}

/**
 * Whether a span over a line's end is one value, and not a value and the word that happens to stand beside it.
 * @param known what was found on single lines, in offsets of the text
 */
export function isOneValue(reading: JoinedReading, found: Found, known: readonly Span[]): boolean {
  const breaks = reading.breaks.filter(({ at }) => at > found.start && at < found.end);
  const inside = { ...reading, breaks };
  if (NUMBER_RULES.has(found.id) && startsOrEndsWithDate(inside)) return false;
  if (found.id === 'ip' && continuesSentence(inside, found)) return false;
  if (CERTAIN_RULES.has(found.id)) return true;
  if (found.id === 'email' && !endsAsDomain(inside, found)) return false;
  const pieces = piecesOf(inside, found, known);
  const isKnown = pieces.some((piece) => piece.isKnown);
  if (found.id === 'phone') return !isKnown || pieces.every(continuesNumber);
  if (isKnown) return pieces.every((piece) => piece.isKnown || continuesKnown(piece, found.id));
  if (found.id === 'secret-in-context') return pieces.every(looksRandom);
  return !ANNOUNCED_RULES.has(found.id);
}

function piecesOf(
  { layer, breaks }: JoinedReading,
  { start, end }: Found,
  known: readonly Span[],
): readonly Piece[] {
  const edges = [start, ...breaks.map(({ at }) => at), end];
  return edges.slice(0, -1).map((from, piece) => {
    const to = edges[piece + 1] ?? end;
    const [first, last] = [layer.originalStart(from), layer.originalEnd(to - 1)];
    return {
      text: layer.text.slice(from, to),
      isKnown: known.some((span) => span.start < last && span.end > first),
      isSoft: breaks[Math.max(0, piece - 1)]?.isSoft === true,
      opensValue: piece === 0 && STARTS_VALUE.test(layer.text.slice(Math.max(0, from - 2), from)),
      isBetween: piece > 0 && piece + 2 < edges.length,
      next: layer.text.slice(to, edges[piece + 2] ?? to),
    };
  });
}

/**
 * What a rule had found on one line already may go on only with what looks like more of it: words of the next line,
 * dates and names are not part of a value.
 */
function continuesKnown({ text, isSoft, opensValue, isBetween, next }: Piece, id: RuleId): boolean {
  if (text.length === 0 || opensValue || isBetween) return true;
  if (text.length >= MAX_PART_UNITS) return false;
  if (isSoft && (id === 'email' || /\d/.test(text))) return true;
  if (OPEN_LOCAL.test(text) || GOES_ON.test(next)) return true;
  return !DATE.test(text) && !NAME_AND_SIGN.test(text) && NO_WORD.test(text);
}

/** More digits of a number that is one without them too; a year on the next line is none of them. */
function continuesNumber({ text, isKnown }: Piece): boolean {
  return isKnown || (/^[\d .()/-]*\d{3}$/.test(text) && !YEAR.test(text));
}

/** A piece of a key: no word, in small letters or capitals, and nothing that is an id by itself. */
function looksRandom({ text }: Piece): boolean {
  return MIXED.test(text) && !DATE.test(text) && !NAME_AND_SIGN.test(text) && !ID_OR_HASH.test(text);
}

/** A day or a time beside the line's end is one by itself. */
function startsOrEndsWithDate({ layer: { text }, breaks }: JoinedReading): boolean {
  return breaks.some(
    ({ at, isSoft }) =>
      !isSoft && hasDateBeside(text.slice(Math.max(0, at - 12), at), text.slice(at, at + 12)),
  );
}

/**
 * `… rule 12.` and `1.2.3` on the next line are two things: of an address more than one part stands before a dot. So are
 * a version at a sentence's end and the day, the id or the degrees with which the next line begins.
 */
function continuesSentence({ layer: { text }, breaks }: JoinedReading, { start, end }: Found): boolean {
  if (breaks.some(({ at, isSoft }) => !isSoft && DATE.test(text.slice(at, at + 12)))) return true;
  if (WORD_HEAD.test(text.slice(end, end + 1))) return true;
  const before = text.slice(Math.max(0, start - 40), start);
  if (ADDRESS_WORD.test(before) || STARTS_VALUE.test(before)) return false;
  return breaks.some(
    ({ at, isSoft }) => !isSoft && FIRST_OCTET.test(text.slice(Math.max(start, at - 8), at)),
  );
}

/** A line that ends with a dot may be the end of a sentence: then only a small word can be the rest of a domain. */
function endsAsDomain({ layer: { text }, breaks }: JoinedReading, { start, end }: Found): boolean {
  const lastBreak = breaks.at(-1);
  const last = lastBreak?.at ?? start;
  if (text.charAt(last - 1) !== '.' || lastBreak?.isSoft === true) return true;
  return (
    /[a-z]/i.test(text.slice(text.lastIndexOf('@', last), last)) &&
    /^[a-z]{2,12}$|^[a-z\d-]{2,24}(?:\.[a-z]{2,24}){1,3}$/.test(text.slice(last, end))
  );
}
