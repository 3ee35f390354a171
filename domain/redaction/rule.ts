import type { NumberRun } from './scan-number-runs.ts';

/** What a detector is called in findings, in the digest and in metric labels: a closed set, never text. */
export type RuleId =
  | 'api-key'
  | 'bearer-token'
  | 'card'
  | 'email'
  | 'iban'
  | 'ip'
  | 'jwt'
  | 'phone'
  | 'private-key'
  | 'secret-assignment'
  | 'secret-in-context'
  | 'ssn'
  | 'url-credential';

/** What stands in the text where a value was cut out. */
type Marker = '[CARD]' | '[EMAIL]' | '[IBAN]' | '[IP]' | '[PHONE]' | '[SSN]' | '[TOKEN]';

/** Called with a found value's place: first UTF-16 unit and the unit after the last. */
export type Emit = (start: number, end: number) => void;

/** The text's number runs, scanned when first asked for and shared by the rules that need them. */
export type NumberRuns = () => readonly NumberRun[];

/** One detector over folded text. `find` takes time linear in the text and emits in text order. */
export interface Rule {
  readonly id: RuleId;
  readonly marker: Marker;
  /** The gate bits of which at least one must be set for `find` to be worth its time. */
  readonly gate: number;
  /** Everything that decides what `find` matches and is data: patterns and tables, for the digest. */
  readonly sources: readonly string[];
  readonly find: (text: string, emit: Emit, numberRuns: NumberRuns) => void;
}

/** A found value in folded or in original offsets. `rank` is the rule's place in the ruleset, 0 strongest. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly rank: number;
}

const MARKERS_AT_START = /^(?:\[(?:CARD|EMAIL|IBAN|IP|MASKED|PHONE|SSN|TOKEN)\])+/;

/** The length of the markers that a value begins with; 0 when it begins with something else. */
export function markerPrefixLength(value: string): number {
  return value.startsWith('[') ? (MARKERS_AT_START.exec(value)?.[0].length ?? 0) : 0;
}
