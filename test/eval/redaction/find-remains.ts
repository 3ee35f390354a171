import type { EvalDocument, Fact, Planted } from './document.ts';

/** So much of a value in a row identifies it, or most of it. */
const TELLING_UNITS = 6;
/** What stands for a value is no part of one, though its letters beside a word may look so: a letter of no corpus. */
const MARKER = /\[[A-Z]{2,5}\]/g;
const NO_VALUE = 'ꙮ';

/**
 * Which values of a document are still in its redacted text: as they stood, as they are, or a run of six of their
 * letters and digits with whatever separates them left out. Runs that the document holds elsewhere do not count.
 */
export function findRemains({ text, planted }: EvalDocument, redacted: string): Planted[] {
  const background = textWithout(text, planted);
  const [left, around] = [units(redacted.replaceAll(MARKER, NO_VALUE)), units(background)];
  return planted.filter((each) =>
    [each.text, each.value].some((form) => {
      if (redacted.includes(form) && !background.includes(form)) return true;
      const compact = units(form);
      for (let at = 0; at + TELLING_UNITS <= compact.length; at++) {
        const run = compact.slice(at, at + TELLING_UNITS);
        if (left.includes(run) && !around.includes(run)) return true;
      }
      return false;
    }),
  );
}

/** Which facts of a clean document did not come through as they were. */
export function findLostFacts(facts: readonly Fact[], redacted: string): Fact[] {
  return facts.filter(({ text }) => !redacted.includes(text));
}

function textWithout(text: string, planted: readonly Planted[]): string {
  let kept = '';
  let at = 0;
  for (const { start, text: value } of planted) {
    kept += `${text.slice(at, start)}\0`;
    at = start + value.length;
  }
  return kept + text.slice(at);
}

/** Letters and digits only. What an escaped line break is written with is none. */
function units(text: string): string {
  return text.replace(/\\+[nrt]|[^\p{L}\p{N}]/gu, '');
}
