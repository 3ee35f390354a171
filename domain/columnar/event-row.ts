import type { GateRule } from '../final-gate/final-gate.ts';
import type { BodyBytes } from './body-bytes.ts';

/** What a rule found in a text field, and how often. */
export interface RedactionCount {
  readonly path: string;
  readonly rule: string;
  readonly count: number;
}

/** A text that the final gate blanked. */
export interface BlankedText {
  readonly path: string;
  readonly rule: GateRule;
}

/** Id of a person in a token field, to be made a token of once it is known that the record is kept. */
export interface PersonId {
  readonly field: string;
  readonly value: string;
}

const NOBODY: readonly string[] = [];

/** What reading one event brings to light beside its cells. Used again for each. */
export class EventRow {
  readonly body: BodyBytes;
  /** Empty for nearly every event: an array is made only when there is something to note. */
  redactions: RedactionCount[] | null = null;
  tokens: PersonId[] | null = null;
  /** Null for every event, as long as the redactor does what it should. */
  blanked: BlankedText[] | null = null;
  /** Text that was looked through, in UTF-16 units. */
  textUnits = 0;
  /** Wire bytes of the erasable record; −1 if there is none. */
  erasableStart = -1;
  erasableEnd = -1;
  /** Whom the erasable record says that it is about, and who asked; as they came. */
  subjects: readonly string[] = NOBODY;
  principal: string | null = null;

  constructor(body: BodyBytes) {
    this.body = body;
  }

  begin(wire: Uint8Array, at: number): void {
    this.body.begin(wire, at);
    this.redactions = null;
    this.tokens = null;
    this.blanked = null;
    this.textUnits = 0;
    this.erasableStart = -1;
    this.subjects = NOBODY;
    this.principal = null;
  }

  found(path: string, rule: string, count: number): void {
    this.redactions ??= [];
    this.redactions.push({ path, rule, count });
  }

  leaked(path: string, rule: GateRule): void {
    this.blanked ??= [];
    this.blanked.push({ path, rule });
  }
}
