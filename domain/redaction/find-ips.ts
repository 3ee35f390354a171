import { isAsciiAlnum, isAsciiLetter, isDigit, isHexDigit } from './char-class.ts';
import { GATE } from './gate-text.ts';
import type { Emit, Rule } from './rule.ts';

/** The look-behind keeps a long run of digits from being read once per digit. */
const DOTTED = /(?<!\d)\d+(?:\.\d+)+/g;
const MAX_DOTTED_PARTS = 5;
const MAX_GROUPS = 7;
const MAX_GROUP_UNITS = 4;
const FULL_GROUPS = 8;
const GROUPED = /[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){7,}/gi;

/**
 * IP addresses. Everything that can be one is taken (RFC 5952, RFC 4291, dotted quads), a bare four-part number
 * included; left alone are `v1.2.3.4`, numbers of six or more parts (object ids), times, MAC addresses and `a::b`.
 */
export const ipRule: Rule = {
  id: 'ip',
  marker: '[IP]',
  gate: GATE.octets | GATE.colonGroups,
  sources: [DOTTED.source, GROUPED.source, `${MAX_DOTTED_PARTS},${MAX_GROUPS},${MAX_GROUP_UNITS}`],
  find(text, emit) {
    findDottedQuads(text, emit);
    findCompressed(text, emit);
    findFullGroups(text, emit);
  },
};

function findDottedQuads(text: string, emit: Emit): void {
  for (const match of text.matchAll(DOTTED)) {
    const parts = match[0].split('.');
    // Five parts are an address and a port as tcpdump prints them.
    if (parts.length < 4 || parts.length > MAX_DOTTED_PARTS) continue;
    const quad = parts.slice(0, 4);
    if (!quad.every((part) => part.length <= 3 && Number(part) <= 255)) continue;
    // A written zero in front is a time's or a version's, unless all parts are filled up with them.
    if (quad.some((part) => part.length > 1 && part.startsWith('0')) && quad.some((part) => part.length < 3))
      continue;
    if (isVersionLetter(text, match.index)) continue;
    emit(match.index, match.index + quad.join('.').length);
  }
}

function isVersionLetter(text: string, start: number): boolean {
  return (text.charCodeAt(start - 1) | 32) === 118 && !isAsciiAlnum(text.charCodeAt(start - 2));
}

/** Addresses with `::`. From each one outwards, at most seven groups a side: no unit is read more than nine times. */
function findCompressed(text: string, emit: Emit): void {
  for (let at = text.indexOf('::'); at !== -1; at = text.indexOf('::', at + 2)) {
    if (text.charAt(at + 2) === ':') at++;
    const start = groupsStart(text, at);
    const end = groupsEnd(text, at + 2);
    if (start === -1 || end === -1) continue;
    const units = text.slice(start, end).replaceAll(':', '');
    if (/\d/.test(units) || units.length >= MAX_GROUP_UNITS) emit(start, end);
  }
}

/** Start of the groups that end at `at`; `at` when there is none, -1 when a word stands there (`std::`). */
function groupsStart(text: string, at: number): number {
  let start = at;
  for (let groups = 0, end = at; groups < MAX_GROUPS; groups++) {
    let first = end;
    while (end - first <= MAX_GROUP_UNITS && isHexDigit(text.charCodeAt(first - 1))) first--;
    const isWord = end - first > MAX_GROUP_UNITS || isWordUnitAt(text, first - 1);
    if (isWord || first === end) return isWord && groups === 0 ? -1 : start;
    start = first;
    if (text.charAt(first - 1) !== ':') break;
    end = first - 1;
  }
  return start;
}

/** End of the groups that start at `at`; `at` when there is none, -1 when a word stands there (`::method`). */
function groupsEnd(text: string, at: number): number {
  let end = at;
  for (let groups = 0, first = at; groups < MAX_GROUPS; groups++) {
    let last = first;
    while (last - first <= MAX_GROUP_UNITS && isHexDigit(text.charCodeAt(last))) last++;
    const isWord = last - first > MAX_GROUP_UNITS || isWordUnitAt(text, last);
    if (isWord || last === first) return isWord && groups === 0 ? -1 : end;
    end = last;
    if (text.charAt(last) !== ':') break;
    first = last + 1;
  }
  return end;
}

function isWordUnitAt(text: string, at: number): boolean {
  return isAsciiAlnum(text.charCodeAt(at)) || text.charAt(at) === '_';
}

/** Eight groups without `::`; one more may be a label in front or a port behind, still more are a fingerprint. */
function findFullGroups(text: string, emit: Emit): void {
  for (const match of text.matchAll(GROUPED)) {
    let groups = match[0].split(':');
    let start = match.index;
    let end = start + match[0].length;
    const [head = '', tail = ''] = [groups[0], groups.at(-1)];
    if (isAsciiLetter(text.charCodeAt(start - 1))) {
      groups = groups.slice(1);
      start += head.length + 1;
    }
    if (isAsciiAlnum(text.charCodeAt(end)) && !isDigit(text.charCodeAt(end))) {
      groups = groups.slice(0, -1);
      end -= tail.length + 1;
    }
    if (groups.length === FULL_GROUPS || groups.length === FULL_GROUPS + 1) emit(start, end);
  }
}
