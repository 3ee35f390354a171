import { decodeRuns } from './decode-base64.ts';
import { decodeEscapes } from './decode-escapes.ts';
import { urlCredentialRule } from './find-credentials.ts';
import { emailRule } from './find-emails.ts';
import { foldText } from './fold-text.ts';
import { CREDENTIAL_HINT, GATE } from './gate-text.ts';
import { belongsTogether, DATE, DATE_TAIL, type JoinedReading, readJoined } from './read-joined.ts';
import { type Reading, readLetterSpaced, readSignSpaced } from './read-spaced.ts';
import { type Layer, throughLayer } from './rewrite-layer.ts';
import type { Rule, RuleId, Span } from './rule.ts';
import { type NumberRun, scanNumberRuns } from './scan-number-runs.ts';

/** Escapes inside escapes, base64 inside base64, or one inside the other; and once more what a URL does to both. */
const MAX_DEPTH = 3;
/** Rules that can tell a value by its shape when it is pulled apart; and those that only know addresses. */
const SPACED_RULES: ReadonlySet<RuleId> = new Set(['email', 'card', 'iban', 'ssn', 'ip', 'phone']);
const ADDRESS_RULES: ReadonlySet<RuleId> = new Set(['email', 'ip']);
/** A name and what follows it: what they would take over a line's end, they have begun before it. */
const ANNOUNCED_RULES: ReadonlySet<RuleId> = new Set([
  'secret-assignment',
  'bearer-token',
  'secret-in-context',
]);
/** Check digits, or signs on both sides, say that it is one value. */
const CERTAIN_RULES: ReadonlySet<RuleId> = new Set(['url-credential', 'card', 'iban', 'ssn', 'ip']);
const NUMBER_RULES: ReadonlySet<RuleId> = new Set(['card', 'ssn', 'phone']);
/** In front of an address: then a dot at a line's end is one of its own. */
const ADDRESS_WORD = /(?:^|[^a-z])(?:[a-z]*ip|addr|adres|host|remote|client|peer|source|server)/i;
/** So far from a line's end something is still beside it. */
const BESIDE_UNITS = 64;
const STARTS_VALUE = /["'`=<([{:>|,;]\s?$/;

/** What the layers of one text hold, in offsets of the text; neither sorted nor disjoint. */
export function findInLayers(text: string, search: Search): Span[] {
  const bits = search.gate(text);
  return bits === 0 ? [] : searchLayer(foldText(text), bits, search, 0);
}

/** The rules of a tenant, and what tells which of them a text may concern. */
export interface Search {
  readonly rules: readonly Rule[];
  readonly gate: (text: string) => number;
}

function searchLayer(layer: Layer, bits: number, search: Search, depth: number): Span[] {
  if (bits === 0) return [];
  const { rules, gate } = search;
  const spans = runRules(layer, bits, rules);
  // What is found may go on over a line's end that by itself says nothing.
  if (bits & GATE.lineEnd) searchJoined(layer, search, spans, () => true);
  else if (spans.length > 0) searchJoined(layer, search, spans, nearSpans(layer, spans));
  if (bits & GATE.spaced) searchSpaced(layer, search, spans);
  if (depth >= MAX_DEPTH) return spans;
  if (bits & GATE.escape) {
    const decoded = decodeEscapes(layer);
    if (decoded !== undefined) {
      const folded = throughLayer(decoded, foldText);
      spans.push(...searchLayer(folded, gate(folded.text), search, depth + 1));
    }
  }
  if (bits & GATE.base64) {
    decodeRuns(layer.text, ({ start, end, plain }) => {
      const inner = gate(plain);
      if (inner === 0) return;
      const found = searchLayer(foldText(plain), inner, search, depth + 1);
      // Cutting a part of what is encoded would leave nothing that can be read: all of it goes.
      const rank = found.reduce((best, span) => Math.min(best, span.rank), Number.POSITIVE_INFINITY);
      if (found.length > 0)
        spans.push({ start: layer.originalStart(start), end: layer.originalEnd(end - 1), rank });
    });
  }
  return spans;
}

/** What the rules find in a layer read as it is. */
function runRules(layer: Layer, bits: number, rules: readonly Rule[], only?: ReadonlySet<RuleId>): Span[] {
  const spans: Span[] = [];
  runRulesWithin(layer, bits, rules, only, (start, end, rank) => {
    spans.push({ start: layer.originalStart(start), end: layer.originalEnd(end - 1), rank });
  });
  return withoutUrlHosts(spans, rules);
}

function runRulesWithin(
  layer: Layer,
  bits: number,
  rules: readonly Rule[],
  only: ReadonlySet<RuleId> | undefined,
  emit: (start: number, end: number, rank: number) => void,
): void {
  let runs: readonly NumberRun[] | undefined;
  const numberRuns = (): readonly NumberRun[] => {
    runs ??= scanNumberRuns(layer.text);
    return runs;
  };
  for (let rank = 0; rank < rules.length; rank++) {
    const rule = rules[rank];
    if (rule === undefined || (rule.gate & bits) === 0 || only?.has(rule.id) === false) continue;
    rule.find(layer.text, (start, end) => emit(start, end, rank), numberRuns);
  }
}

function searchSpaced(layer: Layer, { rules, gate }: Search, spans: Span[]): void {
  const read = (only: ReadonlySet<RuleId>) => (reading: Reading) => {
    const mini = reading.layer;
    runRulesWithin(mini, gate(mini.text), rules, only, (start, end, rank) => {
      if (start >= reading.end || end <= reading.start) return;
      spans.push({ start: mini.originalStart(start), end: mini.originalEnd(end - 1), rank });
    });
  };
  readLetterSpaced(layer, read(SPACED_RULES));
  readSignSpaced(layer, read(ADDRESS_RULES));
}

/** Whether something was found beside a line's end, so that it may go on over it; to be asked in text order. */
function nearSpans(layer: Layer, spans: readonly Span[]): (start: number, end: number) => boolean {
  const found = spans.map(({ start, end }) => [start - BESIDE_UNITS, end + BESIDE_UNITS] as const);
  found.sort(([one], [two]) => one - two);
  let next = 0;
  let reach = -1;
  return (start, end) => {
    const [first, last] = [layer.originalStart(start), layer.originalEnd(end - 1)];
    for (; (found[next]?.[0] ?? Number.POSITIVE_INFINITY) < last; next++)
      reach = Math.max(reach, found[next]?.[1] ?? 0);
    return first < reach;
  };
}

function searchJoined(
  layer: Layer,
  { rules, gate }: Search,
  spans: Span[],
  isWanted: (start: number, end: number) => boolean,
): void {
  readJoined(layer, CREDENTIAL_HINT, isWanted, (reading) => {
    const mini = reading.layer;
    runRulesWithin(mini, gate(mini.text), rules, undefined, (start, end, rank) => {
      if (!reading.breaks.some(({ at }) => at > start && at < end)) return;
      const id = rules[rank]?.id;
      if (id === undefined || !isOneValue(reading, start, end, id, spans)) return;
      spans.push({ start: mini.originalStart(start), end: mini.originalEnd(end - 1), rank });
    });
  });
}

/** Whether a span over a line's end is one value, and not a value and the word that happens to stand beside it. */
function isOneValue(
  { layer, breaks }: JoinedReading,
  start: number,
  end: number,
  id: RuleId,
  known: readonly Span[],
): boolean {
  if (NUMBER_RULES.has(id) && startsOrEndsWithDate(layer, breaks, start, end)) return false;
  if (id === 'ip' && continuesSentence(layer, breaks, start, end)) return false;
  if (CERTAIN_RULES.has(id)) return true;
  if (id === 'email' && !endsAsDomain(layer, breaks, start, end)) return false;
  const inside = breaks.filter(({ at }) => at > start && at < end);
  const edges = [start, ...inside.map(({ at }) => at), end];
  let isKnown = false;
  let isJoined = true;
  for (let piece = 0; piece + 1 < edges.length; piece++) {
    const [from = 0, to = 0] = [edges[piece], edges[piece + 1]];
    const [first, last] = [layer.originalStart(from), layer.originalEnd(to - 1)];
    if (known.some((span) => span.start < last && span.end > first)) {
      isKnown = true;
      continue;
    }
    const isSoft = inside[Math.max(0, piece - 1)]?.isSoft === true;
    const part = layer.text.slice(from, to);
    const opensValue = piece === 0 && STARTS_VALUE.test(layer.text.slice(Math.max(0, from - 2), from));
    // A line of nothing but the value stands between two ends of it.
    const isBetween = piece > 0 && piece + 2 < edges.length;
    const isWrapped = isSoft && id === 'email' && part.length < 200;
    if (!opensValue && !isBetween && !isWrapped && !belongsTogether(part, isSoft)) isJoined = false;
  }
  if (id === 'phone') return !isKnown;
  return isKnown ? isJoined : !ANNOUNCED_RULES.has(id);
}

/** A day or a time beside the line's end is one by itself. */
function startsOrEndsWithDate(
  { text }: Layer,
  breaks: JoinedReading['breaks'],
  start: number,
  end: number,
): boolean {
  return breaks.some(
    ({ at, isSoft }) =>
      at > start &&
      at < end &&
      !isSoft &&
      (DATE.test(text.slice(at, at + 12)) || DATE_TAIL.test(text.slice(at - 12, at))),
  );
}

/** `… rule 12.` and `1.2.3` on the next line are two things: of an address more than one part stands before a dot. */
function continuesSentence(
  { text }: Layer,
  breaks: JoinedReading['breaks'],
  start: number,
  end: number,
): boolean {
  if (ADDRESS_WORD.test(text.slice(Math.max(0, start - 40), start))) return false;
  return breaks.some(
    ({ at, isSoft }) =>
      at > start && at < end && !isSoft && /^[\da-f]{1,4}\.$/i.test(text.slice(Math.max(start, at - 8), at)),
  );
}

/** A line that ends with a dot may be the end of a sentence: then only a small word can be the rest of a domain. */
function endsAsDomain({ text }: Layer, breaks: JoinedReading['breaks'], start: number, end: number): boolean {
  const lastBreak = breaks.findLast(({ at }) => at > start && at < end);
  const last = lastBreak?.at ?? start;
  if (text.charAt(last - 1) !== '.' || lastBreak?.isSoft === true) return true;
  return (
    /[a-z]/i.test(text.slice(text.lastIndexOf('@', last), last)) &&
    /^[a-z]{2,12}$|^[a-z\d-]{2,24}(?:\.[a-z]{2,24}){1,3}$/.test(text.slice(last, end))
  );
}

/** `https://user:pass@host.eu` holds no address: `pass@host.eu` would take the host along. */
function withoutUrlHosts(spans: Span[], rules: readonly Rule[]): Span[] {
  const urls = spans.filter((span) => rules[span.rank] === urlCredentialRule);
  if (urls.length === 0) return spans;
  let next = 0;
  // Each rule emits in text order, so one walk along both lists is enough.
  return spans.filter((span) => {
    if (rules[span.rank] !== emailRule) return true;
    while (next < urls.length && (urls[next]?.end ?? 0) <= span.start) next++;
    return span.start < (urls[next]?.start ?? Number.POSITIVE_INFINITY);
  });
}
