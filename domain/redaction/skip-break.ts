/** A line's end as in read-joined.ts: blanks and the sign of a soft break before it, indentation and quotes behind it. */
const MAX_BLANKS = 3;
const MAX_INDENT = 16;
const MAX_QUOTES = 4;
const [TAB, LINE_FEED, RETURN, SPACE, EQUALS, GREATER] = [9, 10, 13, 32, 61, 62];

/** The place of the last byte before a line's end, whose line feed is at `feed`; `start - 1` when there is none. */
export function beforeBreak(bytes: Uint8Array, feed: number, start: number): number {
  let at = feed - 1;
  if (at >= start && bytes[at] === RETURN) at--;
  if (at >= start && bytes[at] === EQUALS) at--;
  for (let blanks = 0; blanks < MAX_BLANKS && at >= start && isIndent(bytes[at] as number); blanks++) at--;
  return at;
}

/** The place of the first byte behind a line's end. */
export function behindBreak(bytes: Uint8Array, feed: number, end: number): number {
  let at = feed + 1;
  while (at < end && at - feed <= MAX_INDENT && isIndent(bytes[at] as number)) at++;
  for (let quotes = 0; quotes < MAX_QUOTES && at < end && bytes[at] === GREATER; quotes++) {
    at++;
    for (let blanks = 0; blanks < MAX_BLANKS && at < end && bytes[at] === SPACE; blanks++) at++;
  }
  return at;
}

/** Where reading goes on when a line's end begins at `at`; `at` itself when none does. */
export function skipBreak(bytes: Uint8Array, at: number, end: number): number {
  let feed = at;
  while (feed < end && feed - at < MAX_BLANKS && isIndent(bytes[feed] as number)) feed++;
  if (feed < end && bytes[feed] === EQUALS) feed++;
  if (feed < end && bytes[feed] === RETURN) feed++;
  return feed < end && bytes[feed] === LINE_FEED ? behindBreak(bytes, feed, end) : at;
}

/** The place of the last byte before a line's end that ends just before `at`; `at - 1` when none does. */
export function skipBreakBack(bytes: Uint8Array, at: number, start: number): number {
  let feed = at - 1;
  const limit = at - 1 - MAX_INDENT - (1 + MAX_BLANKS) * MAX_QUOTES;
  while (feed >= start && feed >= limit && isFiller(bytes[feed] as number)) feed--;
  return feed >= start && bytes[feed] === LINE_FEED ? beforeBreak(bytes, feed, start) : at - 1;
}

function isIndent(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

function isFiller(byte: number): boolean {
  return byte === GREATER || isIndent(byte);
}
