import { isAsciiLetter } from './char-class.ts';
import type { Confirm, Hint } from './compile-hints.ts';
import { partKeys } from './create-rules.ts';
import { SECRET_CUE } from './find-context-secrets.ts';
import { SSN_CUE } from './find-ssns.ts';
import { exactly, GATE, namesValue } from './gate-text.ts';
import type { Cue } from './match-cue.ts';
import { CUE, noteCue } from './note-cues.ts';
import { CALL_CUE, PHONE_CUE } from './phone-cues.ts';
import type { Ruleset, SecretNames } from './ruleset.ts';

const FOREIGN = /(?!\p{Script=Latin})\p{L}/u;

/** Names of secrets, where a value follows (createSecretAssignmentRule): a dash in them is any sign or none. */
export function nameHints({ names, words }: SecretNames): Hint[] {
  const spellings = new Set([...names, ...words].flatMap((name) => spell(name.toLowerCase())));
  return [...spellings].map((word) => ({ word, bit: GATE.assignment, confirm: namesValue }));
}

function spell(name: string): string[] {
  const [head = '', ...rest] = name.split(/[ _-]/);
  return rest.reduce(
    (begun, part) => begun.flatMap((each) => ['', ' ', '_', '.', '-'].map((sign) => each + sign + part)),
    [head],
  );
}

/** Hints of the keys that a ruleset adds, for all tenants or for one; `always` is set where one is not of ASCII. */
export function addedHints(ruleset: Ruleset): { readonly hints: readonly Hint[]; readonly always: number } {
  const tenants = Object.values(ruleset.tenants).flatMap((tenant) => tenant.keys);
  const words = partKeys([...ruleset.detectors['api-key'].keys, ...tenants]).others.flatMap(
    (key) => key.hints,
  );
  const known = words.filter(isAscii);
  return {
    hints: known.map((word) => exactly(word, GATE.added, false)),
    always: known.length < words.length ? GATE.added : 0,
  };
}

/** The words beside numbers and keys, as far as they are ASCII: letters beyond it are taken for cues themselves. */
export const CUE_HINTS: readonly Hint[] = [
  ...hintsOf(PHONE_CUE, CUE.phone, GATE.phone),
  ...hintsOf(CALL_CUE, CUE.phone, GATE.phone),
  ...hintsOf(SSN_CUE, CUE.ssn, GATE.ssn),
  ...hintsOf(SECRET_CUE, CUE.secret, GATE.context),
];

/** They only note where they stand: without a number they set no bit. */
function hintsOf({ folded }: Cue, kind: number, bit: number): Hint[] {
  // Letters of other scripts are noted by themselves; Latin ones that do not fold to ASCII would not be.
  const strange = [...folded.parts, ...folded.words].find((word) => !isAscii(word) && !FOREIGN.test(word));
  if (strange !== undefined) throw new RangeError(`No gate can look for the cue "${strange}".`);
  return [
    ...folded.parts.filter(isAscii).map((word) => ({ word, bit, confirm: noting(kind) })),
    ...folded.words.filter(isAscii).map((word) => ({ word, bit, confirm: notingWord(word.length, kind) })),
  ];
}

function isAscii(word: string): boolean {
  return /^[\x20-\x7e]+$/.test(word);
}

function noting(kind: number): Confirm {
  return (_, last) => {
    noteCue(last, kind);
    return false;
  };
}

function notingWord(length: number, kind: number): Confirm {
  return (bytes, last, start, end) => {
    const before = last - length;
    if (before >= start && isAsciiLetter(bytes[before] as number)) return false;
    if (last + 1 < end && isAsciiLetter(bytes[last + 1] as number)) return false;
    noteCue(last, kind);
    return false;
  };
}
