/**
 * Patterns of keys are a small part of regular expressions, so small that every one of them is read in linear time: an
 * operator may add one, and nothing that he writes can hold a partition up.
 *
 *     piece = literal | "\." and other escaped signs | class ["{" from "," to "}"]
 *     class = "[…]" | "\d" | "\w"          group = "(?:" literal "|" literal … ")" ["?"]
 *
 * A count needs both ends, but for the last piece of a pattern (or of each side of one group around all of it).
 */
const PIECE =
  /\\[dw]|\\[.$*+?()[\]{}|^/\\-]|\[(?:[\w~%+/=.-]|\\[dw.-])+\]|[\w~%:@/=.-]|\(\?:|[)|?]|\{\d{1,3}(?:,\d{0,3})?\}/y;
const MAX_PIECE_UNITS = 512;
/** In how many ways the counts before the last one may divide a text: so often a start is tried at most. */
const MAX_WAYS = 1_024;

/** What is wrong with a pattern, in words for whom wrote it; undefined when nothing is. */
export function judgeKeyPattern(pattern: string): string | undefined {
  if (pattern.length === 0 || pattern.length > 200) return 'must have 1 to 200 characters';
  let depth = 0;
  let open = -1;
  let ways = 1;
  let previous = '';
  for (let at = 0; at < pattern.length; ) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(pattern)?.[0];
    if (piece === undefined)
      return `holds something at character ${at + 1} that patterns of keys may not hold`;
    at += piece.length;
    if (piece === '(?:') depth++;
    else if (piece === ')') depth--;
    if (depth < 0 || depth > 1) return 'has groups inside groups, or one that is not closed';
    if (piece === '|') {
      if (depth === 0) return 'has a choice outside a group';
      open = -1;
    } else if (open >= 0 && piece !== ')') {
      return 'has a count without an upper end before its last piece';
    }
    if ((piece.startsWith('{') || piece === '?') && (previous === '' || '{?|(:'.includes(previous.charAt(0))))
      return 'has a count of nothing';
    if (piece.startsWith('{') && previous === ')') return 'counts a group';
    if (piece === '?') ways *= 2;
    if (piece.startsWith('{')) {
      const [from = '0', to] = piece.slice(1, -1).split(',');
      if (to === '') open = at;
      else if (Number(to ?? from) > MAX_PIECE_UNITS) return `counts beyond ${MAX_PIECE_UNITS}`;
      if (to !== undefined && to !== '' && Number(to) < Number(from))
        return 'has a count that ends before it begins';
      if (to !== '') ways *= Number(to ?? from) - Number(from) + 1;
    }
    previous = piece;
  }
  if (ways > MAX_WAYS) return `can be divided in more than ${MAX_WAYS} ways: narrow its counts`;
  if (depth !== 0) return 'has a group that is not closed';
  try {
    new RegExp(pattern);
  } catch {
    return 'is no regular expression';
  }
  return undefined;
}

/** The patterns as one expression: whole words of the first pattern that fits; undefined when there are none. */
export function joinKeyPatterns(patterns: readonly string[], flags: 'g' | 'y'): RegExp | undefined {
  if (patterns.length === 0) return undefined;
  return new RegExp(`(?<![A-Za-z0-9])(?:${patterns.join('|')})`, flags);
}
