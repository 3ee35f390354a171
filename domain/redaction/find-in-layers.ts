import { decodeRuns } from './decode-base64.ts';
import { decodeEscapes } from './decode-escapes.ts';
import { urlCredentialRule } from './find-credentials.ts';
import { emailRule } from './find-emails.ts';
import { foldText } from './fold-text.ts';
import { CREDENTIAL_HINT, GATE } from './gate-text.ts';
import { isOneValue } from './is-one-value.ts';
import { readJoined } from './read-joined.ts';
import { type Reading, readLetterSpaced, readSignSpaced } from './read-spaced.ts';
import { type Layer, throughLayer } from './rewrite-layer.ts';
import type { Rule, RuleId, Span } from './rule.ts';
import { type NumberRun, scanNumberRuns } from './scan-number-runs.ts';

/**
 * Escapes inside escapes, base64 inside base64, or one inside the other; and what a URL does to both. Each kind of escape
 * in the text is a step, and counts for all values in it.
 */
const MAX_DEPTH = 5;
/** Rules that can tell a value by its shape when it is pulled apart; and those that only know addresses. */
const SPACED_RULES: ReadonlySet<RuleId> = new Set(['email', 'card', 'iban', 'ssn', 'ip', 'phone']);
const ADDRESS_RULES: ReadonlySet<RuleId> = new Set(['email', 'ip']);
/** So far from a line's end something is still beside it. */
const BESIDE_UNITS = 64;

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
      if (id === undefined || !isOneValue(reading, { start, end, id }, spans)) return;
      spans.push({ start: mini.originalStart(start), end: mini.originalEnd(end - 1), rank });
    });
  });
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
