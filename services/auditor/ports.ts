import type { Position } from '../../domain/audit/page-cursor.ts';
import type { Search } from '../../domain/audit/search-filters.ts';
import type { Access } from '../../domain/contract/events.ts';
import type { Cause } from './go/parse-link.ts';
import type { OverviewData } from './overview/overview-data.ts';

/** Who reads: what a token stands for. */
export interface Reader {
  readonly tenantId: string;
  readonly role: string;
  readonly subject: string;
}

export type Authenticate = (bearer: string) => Reader | null;

/** One record as it is handed over: the contract's JSON and where it stands. */
export interface StoredRecord {
  readonly position: Position;
  readonly json: Readonly<Record<string, unknown>>;
}

export interface FoundDecision extends StoredRecord {
  readonly enforcerId: string;
}

/** What is stored of a decision's erasable part. */
export interface StoredErasable {
  readonly position: Position;
  readonly enforcerId: string;
  /** Commitment to the erasable part; null: the decision had none. */
  readonly commitment: Buffer | null;
  /** Null: nothing is kept, for one of those whom it is about was forgotten before it was stored. */
  readonly box: Buffer | null;
}

/** A later copy of an event that is recorded already. */
export interface StoredDuplicate {
  readonly position: Position;
  /** Offset, in the same partition, of the record that it is a copy of. */
  readonly duplicateOf: number;
  /** `SAME` or `CONFLICT`. */
  readonly content: string;
}

/**
 * What one tenant's reader may see of the store. Every method is of the one tenant that it was made for, is bounded
 * in time and rows, and throws StoreFailure when there is no answer.
 */
export interface TenantRecords {
  /** At most `limit + 1` records, newest first: one more than asked for says that there is another page. */
  searchDecisions(search: Search): Promise<StoredRecord[]>;
  /** As `searchDecisions`, but only what is behind an alert. */
  searchBehind(search: Search, cause: Cause): Promise<StoredRecord[]>;
  /** Decisions of one id, as first recorded first; more than one if enforcers share the id. At most 100. */
  findDecisions(decisionId: string): Promise<FoundDecision[]>;
  /** Boxes of the decisions of one id, as first recorded first. */
  findErasables(decisionId: string): Promise<StoredErasable[]>;
  /** As `searchDecisions`, but only what is about the person that the token (16 bytes) stands for. */
  searchBySubject(search: Search, token: Buffer): Promise<StoredRecord[]>;
  findDuplicates(enforcerId: string, decisionId: string): Promise<StoredDuplicate[]>;
  findLabels(enforcerId: string, decisionId: string): Promise<StoredRecord[]>;
  searchAccesses(search: Search): Promise<StoredRecord[]>;
  overview(nowMs: number): Promise<OverviewData>;
}

export interface RecordStore {
  of(tenantId: string): TenantRecords;
  /** Everything appended before this is recorded, Unix milliseconds; null while a partition has never been read. */
  watermarkMs(): Promise<number | null>;
}

/** There is no answer from the store: it is away (`unavailable`), or the question is too large (`too_large`). */
export class StoreFailure extends Error {
  readonly kind: 'unavailable' | 'too_large';

  constructor(kind: 'unavailable' | 'too_large') {
    super(
      kind === 'too_large' ? 'the store gave up: the question is too large' : 'the store does not answer',
    );
    this.name = 'StoreFailure';
    this.kind = kind;
  }
}

/** The vault's keys and tokens. Every method throws VaultRefusal when there is no answer. */
export interface Vault {
  /** Box keys by hexadecimal key id; null when one of them was destroyed, or is about to be. */
  open(tenantId: string, keyIds: readonly Buffer[]): Promise<ReadonlyMap<string, Buffer> | null>;
  /** The token that stands for a person (16 bytes); null when nothing is stored of them. */
  lookUp(tenantId: string, subject: string): Promise<Buffer | null>;
}

/** There is no answer from the vault: it is away or refuses, was asked too often, or there is none. */
export class VaultRefusal extends Error {
  readonly kind: 'unavailable' | 'too_many_lookups' | 'none';

  constructor(kind: VaultRefusal['kind']) {
    super(`the vault gives no answer (${kind})`);
    this.name = 'VaultRefusal';
    this.kind = kind;
  }
}

export interface AccessLog {
  /** Resolves when Kafka has the event (`acks=all`). Throws when that is not certain. */
  record(access: Access): Promise<void>;
}

/** Why a read was refused; safe as a metric label. */
export type Refusal =
  | 'unauthenticated'
  | 'role_forbidden'
  | 'tenant_forbidden'
  | 'bad_parameters'
  | 'too_busy'
  | 'not_recorded'
  | 'store_failed'
  | 'vault_failed';

/** What the auditor reports of itself. */
export interface AuditorReport {
  recorded(action: string, granted: boolean): void;
  refused(reason: Refusal): void;
}
