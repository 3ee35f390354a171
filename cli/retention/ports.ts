import type { OffsetRange } from '../../domain/contract/events.ts';
import type { RetentionClass } from '../../domain/retention/retention-classes.ts';

/** What the retention job needs of the vault and the store. Every method throws when the other side fails. */

export interface RetentionHold {
  /** A tenant's hold stops everything; a subject's keeps the rows that are about it. */
  readonly kind: 'tenant' | 'subject';
  /** 16 bytes; null for a tenant, and for a subject of whom nothing is stored. */
  readonly subjectToken: Uint8Array | null;
}

/** What is to be stated before anything is dropped. */
export interface PruneStatement {
  readonly kind: 'PRUNE';
  readonly tenant: string;
  readonly about: null;
  /** UUID. Asked for again, the vault gives the same statement. */
  readonly statement_id: string;
  readonly ranges: readonly OffsetRange[];
  readonly rows: number;
  /** In the order of their keys. */
  readonly details: readonly { readonly key: string; readonly value: string }[];
}

export interface RetentionVault {
  listHolds(tenantId: string): Promise<readonly RetentionHold[]>;
  /** Resolves when the signed statement is in Kafka. */
  issueStatement(statement: PruneStatement): Promise<unknown>;
  /** Destroys the tenant's keys of days before `beforeDay` (`2026-11-21`); '' for the tenant that is not known. */
  destroyDays(tenantId: string, purpose: 'erasable' | 'quarantine', beforeDay: string): Promise<unknown>;
}

/** A prune that was begun: its leaves are listed from LISTED on, and that list never changes again. */
export interface Prune {
  /** UUID: chosen first, so that no crash makes two statements of one prune. */
  readonly statementId: string;
  readonly tenantId: string;
  readonly retentionClass: RetentionClass;
  /** Everything appended before this day, such as `2026-11-21` (UTC). */
  readonly cutoff: string;
}

export type PruneStep = 'PLANNED' | 'LISTED' | 'DONE';

/** What is older than its retention, and what of that stays all the same. */
export interface Expired {
  /** To be dropped, or to be cleared. */
  readonly rows: number;
  /** They are about somebody who is held. */
  readonly held: number;
  /** The recorder may still need them, to tell duplicates and replays. */
  readonly inWindow: number;
}

export interface PruneSummary {
  readonly ranges: readonly OffsetRange[];
  readonly rows: number;
  /** Digest over the leaves (digest-leaves.ts); null where rows are cleared and none is dropped. */
  readonly leavesDigest: string | null;
}

/** A prune whose statement is recorded, and the tokens of those who are held by now. */
export interface ReadyPrune {
  readonly prune: Prune;
  readonly heldTokens: readonly Uint8Array[];
}

export interface PruneStore {
  /** The store's clock, Unix milliseconds: a job's own may be wrong by days. */
  readClock(): Promise<number>;
  /** Everything appended before is recorded and rolled up; null if nothing is. */
  readRolledUpUntil(): Promise<number | null>;
  /** Tenants that anything is stored of. */
  readTenants(): Promise<readonly string[]>;
  readUnfinished(): Promise<readonly (Prune & { readonly step: PruneStep })[]>;
  savePrune(prune: Prune, step: PruneStep): Promise<void>;
  countExpired(prune: Omit<Prune, 'statementId'>, heldTokens: readonly Uint8Array[]): Promise<Expired>;
  /** Stores the leaves of what the prune is to drop. Doing it again changes nothing. */
  listLeaves(prune: Prune, heldTokens: readonly Uint8Array[]): Promise<void>;
  summarise(prune: Prune, heldTokens: readonly Uint8Array[]): Promise<PruneSummary>;
  /** Whether the prune's statement is recorded. */
  hasStatement(prune: Prune): Promise<boolean>;
  /** Drops, or clears, what the prunes list but for what is held. Resolves when it is gone. Doing it again is fine. */
  drop(prunes: readonly ReadyPrune[]): Promise<void>;
}
