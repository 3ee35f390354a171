import type { SignedStatement, StatementDraft } from '../../platform/vault/vault-types.ts';

/** Where a text stands. */
export interface FieldPlace {
  readonly table: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Its column. */
  readonly column: string;
  readonly repeated: boolean;
}

/** What scrubbing needs of the store. Every method throws when it does not answer. */
export interface ScrubStore {
  /** Whose record it is and whether the text and the salt are gone already; null where there is no such record. */
  readField(
    place: FieldPlace,
  ): Promise<{ readonly tenantId: string; readonly isScrubbed: boolean; readonly appendDay: number } | null>;
  /** Whether a statement about the leak is recorded. */
  hasStatement(leakId: string): Promise<boolean>;
  /** Puts the marker in the place of the text and zeros in that of the salt; done when it resolves. */
  scrub(place: FieldPlace, appendDay: number): Promise<void>;
}

export interface StatementSigner {
  /** Signs and publishes; resolves when Kafka has it. */
  issueStatement(draft: StatementDraft): Promise<SignedStatement>;
}
