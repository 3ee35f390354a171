import { foldText } from './fold-text.ts';

/** Words beside a number that tell what it is, in any language; written as people write them. */
export interface CueWords {
  /** Long enough to count inside other words as well: `telefon` in `Telefonnummer`, `userPhone`. */
  readonly parts: readonly string[];
  /** Count only as whole words: `tel`, `cell`. */
  readonly words: readonly string[];
}

/** Tells whether a word of its list announces what starts at `start`, or names what ended at `end`. */
export interface Cue {
  readonly source: string;
  /** The words as they stand in folded text, in lower case: what holds none of them is announced by nothing. */
  readonly folded: CueWords;
  before(text: string, start: number): boolean;
  behind(text: string, end: number): boolean;
}

const BEFORE_UNITS = 44;
const BEHIND_UNITS = 40;
/** Numbers, other fields, and markers of what was cut: a cue does not reach over them. */
const WALL =
  /[\d;{}]|,\s*(?:["'[\\]|\w+\s*[:=])|\[[A-Z]{2,5}\]|\n\s*[^\s"'(]|[:=][^:=]*[^\s:=][^:=]*[:=]|[.!?] +[A-Z]/;
const WALL_BEHIND = /[\d{}\n[]|["'\\]\s*,|[.!?;] |[:=]/;

/** Compiles the words once; they are folded as the text is. */
export function compileCue({ parts, words }: CueWords): Cue {
  const fold = (list: readonly string[]) => list.map((word) => foldText(word).text.toLowerCase());
  const folded = { parts: fold(parts), words: fold(words) };
  const choice = (list: readonly string[]) => list.map((word) => word.replace(/[.()]/g, '\\$&')).join('|');
  const source = [
    parts.length > 0 ? `(?:${choice(folded.parts)})` : '',
    words.length > 0 ? `(?<![a-z])(?:${choice(folded.words)})(?![a-z])` : '',
  ]
    .filter((each) => each !== '')
    .join('|');
  const pattern = new RegExp(source, 'gi');
  return {
    source,
    folded,
    before: (text, start) => {
      // One unit more than is looked at, so that no part of a word is taken for a whole one.
      const from = Math.max(0, start - BEFORE_UNITS - 1);
      const window = text.slice(from, start);
      let last: RegExpExecArray | undefined;
      pattern.lastIndex = 0;
      for (const match of window.matchAll(pattern)) {
        if (window.charAt(match.index - 1) !== '[' && from + match.index >= start - BEFORE_UNITS)
          last = match;
      }
      return last !== undefined && !WALL.test(window.slice(last.index + last[0].length));
    },
    behind: (text, end) => {
      const window = text.slice(end, end + BEHIND_UNITS + 1);
      pattern.lastIndex = 0;
      const match = pattern.exec(window);
      return (
        match !== null &&
        match.index + match[0].length <= BEHIND_UNITS &&
        window.charAt(match.index - 1) !== '[' &&
        !WALL_BEHIND.test(window.slice(0, match.index))
      );
    },
  };
}
