import { isDigit, isHexDigit } from './char-class.ts';

/** A stretch of digits in groups, with up to three separators between two groups. */
export interface NumberRun {
  /** Where the run begins, a leading `+` or `(` included. */
  readonly start: number;
  readonly end: number;
  /** Number of digits in all groups. */
  readonly digits: number;
  readonly groups: readonly DigitGroup[];
}

/** Consecutive digits: first unit and the unit after the last. */
export interface DigitGroup {
  readonly start: number;
  readonly end: number;
}

/** Seven digits or more. No separator is a digit, so a start that fails has read a bounded number of units. */
export const NUMBER_RUN = /[+(]{0,2}\d(?:[ \t()./-]{0,3}\d){6,}/g;
/** Also linear: every repetition has a fixed count. */
export const UUID = /[\dA-Fa-f]{8}-[\dA-Fa-f]{4}-[\dA-Fa-f]{4}-[\dA-Fa-f]{4}-[\dA-Fa-f]{12}/g;
const UUID_UNITS = 36;
const DASH = 45;

/** The fewest digits that any rule over number runs looks at; `NUMBER_RUN` and the gate say the same. */
const MIN_RUN_DIGITS = 7;

/** Every number run with at least seven digits; a UUID's digits belong to none and part two runs. */
export function scanNumberRuns(text: string): NumberRun[] {
  const runs: NumberRun[] = [];
  let isInUuid: ((group: DigitGroup) => boolean) | undefined;
  for (const match of text.matchAll(NUMBER_RUN)) {
    const [start, end] = [match.index, match.index + match[0].length];
    isInUuid ??= uuidCursor(text);
    let piece: DigitGroup[] = [];
    let pieceStart = start;
    for (const group of digitGroups(text, start, end)) {
      if (isInUuid(group)) {
        keepRun(runs, pieceStart, piece);
        piece = [];
      } else {
        if (piece.length === 0 && group.start > start + 2) pieceStart = group.start;
        piece.push(group);
      }
    }
    keepRun(runs, pieceStart, piece);
  }
  return runs;
}

function keepRun(runs: NumberRun[], start: number, groups: readonly DigitGroup[]): void {
  const digits = groups.reduce((sum, group) => sum + group.end - group.start, 0);
  if (digits >= MIN_RUN_DIGITS) runs.push({ start, end: groups.at(-1)?.end ?? start, digits, groups });
}

/**
 * Tells whether a group overlaps a UUID; groups must be asked about in text order. Only the run of hexadecimal digits and
 * dashes around a group is searched, as no UUID goes beyond it.
 */
function uuidCursor(text: string): (group: DigitGroup) => boolean {
  let runEnd = 0;
  let starts: number[] = [];
  let next = 0;
  return ({ start, end }) => {
    if (start >= runEnd) {
      let from = start;
      while (from > runEnd && isUuidUnit(text.charCodeAt(from - 1))) from--;
      runEnd = end;
      next = 0;
      while (runEnd < text.length && isUuidUnit(text.charCodeAt(runEnd))) runEnd++;
      starts =
        runEnd - from < UUID_UNITS
          ? []
          : Array.from(text.slice(from, runEnd).matchAll(UUID), (match) => from + match.index);
    }
    while (next < starts.length && (starts[next] ?? 0) + UUID_UNITS <= start) next++;
    return (starts[next] ?? Number.POSITIVE_INFINITY) < end;
  };
}

function isUuidUnit(code: number): boolean {
  return code === DASH || isHexDigit(code);
}

function digitGroups(text: string, start: number, end: number): DigitGroup[] {
  const groups: DigitGroup[] = [];
  let groupStart = -1;
  for (let at = start; at <= end; at++) {
    if (at < end && isDigit(text.charCodeAt(at))) {
      if (groupStart === -1) groupStart = at;
    } else if (groupStart !== -1) {
      groups.push({ start: groupStart, end: at });
      groupStart = -1;
    }
  }
  return groups;
}
