/** What the vault's API takes and answers, with bytes as bytes; see docs/vault.md. */

/** Keys as the vault leases them: 16, 32 and 32 bytes. */
export interface LeasedKey {
  readonly keyId: Buffer;
  readonly boxKey: Buffer;
  readonly tokenKey: Buffer;
}

export interface VaultBarrier {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** A subject whose key is asked for; `offset` is the highest one of the records that it is needed for. */
export interface LeaseSubject {
  readonly tenant: string;
  readonly subject: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** A day of a tenant, as `2026-11-21` (UTC). The tenant is empty where a quarantined record's is not known. */
export interface LeaseDay {
  readonly tenant: string;
  readonly day: string;
  readonly purpose: 'erasable' | 'quarantine';
}

interface LeasedSubject {
  /** Null: erased. The record is stored without box and token. */
  readonly key: LeasedKey | null;
  /** Records below these offsets get no box and no token, whatever the key is. */
  readonly erasedBelow: readonly VaultBarrier[];
}

export interface Lease {
  /** How long the keys may be used, counted from now; the time that the answer took is already taken off. */
  readonly expiresInMs: number;
  /** In the order in which they were asked for. */
  readonly subjects: readonly LeasedSubject[];
  /** In the order in which they were asked for; null: destroyed. */
  readonly days: readonly (LeasedKey | null)[];
}

export interface OpenedKey {
  readonly keyId: Buffer;
  readonly boxKey: Buffer;
}

type ErasureState = 'HELD_PENDING' | 'ERASING' | 'DESTROYED' | 'COMPLETE';

export interface Erasure {
  readonly erasureId: string;
  readonly tenant: string;
  readonly state: ErasureState;
  /** Unix milliseconds; null: not yet. */
  readonly requestedAtMs: number;
  readonly erasingAtMs: number | null;
  readonly destroyedAtMs: number | null;
  readonly completedAtMs: number | null;
  readonly barriers: readonly VaultBarrier[];
  /** The signed statement, once complete. */
  readonly certificate: SignedStatement | null;
}

export interface Hold {
  readonly holdId: string;
  readonly kind: 'subject' | 'tenant';
  /** 16 bytes; null for a tenant, and for a subject of whom nothing is stored. */
  readonly subjectToken: Buffer | null;
  readonly placedAtMs: number;
}

interface StatementRange {
  readonly topic: string;
  readonly partition: number;
  readonly first_offset: number;
  readonly last_offset: number;
}

/** The parts of a statement that its author says; the vault adds id, time, salt, key name and signature. */
export interface StatementDraft {
  /** UUID; whoever asks again after a crash with the same one gets the same statement. */
  readonly statement_id?: string;
  readonly kind: 'PRUNE' | 'SCRUB';
  readonly tenant: string;
  /** UUID of what it is about, such as a leak; null for none. */
  readonly about: string | null;
  readonly ranges: readonly StatementRange[];
  readonly rows: number;
  readonly details: readonly { readonly key: string; readonly value: string }[];
}

/** A statement as its schema has it, bytes as hexadecimal digits; published before it is answered. */
export interface SignedStatement {
  readonly statement_id: string;
  readonly tenant_id: string;
  readonly kind: 'PRUNE' | 'SCRUB' | 'ERASURE';
  readonly about: string | null;
  readonly ranges: readonly StatementRange[];
  readonly rows: number;
  readonly details: readonly { readonly key: string; readonly value: string }[];
  /** Microseconds since 1970. */
  readonly issued_at: number;
  readonly key_name: string;
  readonly signature: string;
  readonly salt: string;
}

export interface VaultPublicKey {
  readonly keyName: string;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Buffer;
}
