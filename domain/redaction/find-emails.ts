import { isAsciiAlnum, isUnspacedScript, isWordUnit } from './char-class.ts';
import { GATE } from './gate-text.ts';
import type { Emit, Rule } from './rule.ts';

const LOCAL_SIGNS = '._+%-';
/** Legal in a local part (RFC 5322 atext) but as often a delimiter beside one: taken between word units only. */
const LOCAL_INNER_SIGNS = "'!#$*~^`";
const TOP_LEVEL = /^(?:xn--[a-z0-9-]+|\p{L}{2,})$/iu;
const ADDRESS_LITERAL = /\[(?:IPv6:)?[0-9a-f:.]{2,45}\]/iy;
const MAX_QUOTED_LOCAL_UNITS = 64;
const MAX_DOMAIN_UNITS = 255;

/**
 * E-mail addresses (RFC 5321 with international parts), found from each `@` outwards. The runs left and right of
 * an `@` contain no `@`, so no unit is read more than twice.
 */
export const emailRule: Rule = {
  id: 'email',
  marker: '[EMAIL]',
  gate: GATE.at,
  sources: [LOCAL_SIGNS, LOCAL_INNER_SIGNS, TOP_LEVEL.source, ADDRESS_LITERAL.source],
  find: findEmails,
};

function findEmails(text: string, emit: Emit): void {
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const end = domainEnd(text, at + 1);
    if (end === -1) continue;
    const start = text.charAt(at - 1) === '"' ? quotedLocalStart(text, at) : localStart(text, at);
    if (start < at) emit(start, end);
  }
}

function localStart(text: string, at: number): number {
  let unspaced = isUnspacedScript(text.charCodeAt(at - 1));
  let start = at;
  while (start > 0) {
    const code = text.charCodeAt(start - 1);
    // `さくら.24@…`: a sign between the two scripts binds them.
    if (start < at && '._+-'.includes(text.charAt(start)) && isUnspacedScript(code)) unspaced = true;
    const sign = text.charAt(start - 1);
    const inWord = isWordUnit(code) && (unspaced || !isUnspacedScript(code));
    const inner = LOCAL_INNER_SIGNS.includes(sign) && isWordUnit(text.charCodeAt(start - 2)) && start < at;
    if (!inWord && !LOCAL_SIGNS.includes(sign) && !inner) break;
    start--;
  }
  // Dots and dashes in front belong to the sentence; if nothing else is left there is no local part.
  while (start < at && '.-%'.includes(text.charAt(start))) start++;
  return start;
}

function quotedLocalStart(text: string, at: number): number {
  const open = text.lastIndexOf('"', at - 2);
  const isNear = open !== -1 && at - open <= MAX_QUOTED_LOCAL_UNITS + 2;
  return isNear && !text.slice(open, at).includes('\n') ? open : at;
}

/** The end of the longest run of labels whose last one can be a top-level domain; -1 when there is none. */
function domainEnd(text: string, from: number): number {
  if (text.charAt(from) === '[') {
    ADDRESS_LITERAL.lastIndex = from;
    return ADDRESS_LITERAL.test(text) ? ADDRESS_LITERAL.lastIndex : -1;
  }
  const unspaced = isUnspacedScript(text.charCodeAt(from));
  const limit = Math.min(text.length, from + MAX_DOMAIN_UNITS);
  let end = -1;
  let labels = 0;
  for (let labelStart = from; labelStart < limit; ) {
    let labelEnd = labelStart;
    while (labelEnd < limit && isDomainUnit(text.charCodeAt(labelEnd), unspaced)) labelEnd++;
    if (labelEnd === labelStart) break;
    labels++;
    if (labels > 1) end = topLevelEnd(text, labelStart, labelEnd) ?? end;
    if (text.charAt(labelEnd) !== '.') break;
    labelStart = labelEnd + 1;
  }
  return end;
}

function topLevelEnd(text: string, start: number, end: number): number | undefined {
  let last = end;
  while (last > start && '-_'.includes(text.charAt(last - 1))) last--;
  const label = text.slice(start, last);
  if (TOP_LEVEL.test(label)) return last;
  // `a@b.com-note` or `a@b.com2`: the address ends inside the run, so the letters in front decide.
  const letters = /^\p{L}{2,}/u.exec(label)?.[0].length;
  return letters === undefined
    ? undefined
    : isAsciiAlnum(text.charCodeAt(start + letters))
      ? last
      : start + letters;
}

function isDomainUnit(code: number, unspaced: boolean): boolean {
  return code === 45 || code === 95 || (isWordUnit(code) && (unspaced || !isUnspacedScript(code)));
}
