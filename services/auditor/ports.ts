import type { Position } from '../../domain/audit/page-cursor.ts';
import type { Search } from '../../domain/audit/search-filters.ts';
import type { Access } from '../../domain/contract/events.ts';
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
  /** Decisions of one id, as first recorded first; more than one if enforcers share the id. At most 100. */
  findDecisions(decisionId: string): Promise<FoundDecision[]>;
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
  | 'store_failed';

/** What the auditor reports of itself. */
export interface AuditorReport {
  recorded(action: string, granted: boolean): void;
  refused(reason: Refusal): void;
}
