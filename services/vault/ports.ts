import type { Statement } from '../../domain/contract/events.ts';
import type { Barrier } from '../../domain/erasure/barriers.ts';
import type { DayPurpose } from '../../domain/erasure/day-keys.ts';

/** Whoever may ask the vault: a service or a person at the command line. */
export interface Client {
  readonly name: string;
  readonly role: 'recorder' | 'auditor' | 'operator';
}

/** Keeps the keys that wrap all others. Versions of a scope count from 1. */
export interface KekStore {
  /** The key of 32 bytes, made and durable; the one that is there already, where there is one. */
  create(scope: string, version: number): Promise<Buffer>;
  /** Null where it was never made, or is destroyed. */
  read(scope: string, version: number): Promise<Buffer | null>;
  /** Destroys a version and all before it; resolves when it cannot be read again by anybody. Can be done twice. */
  destroyThrough(scope: string, version: number): Promise<void>;
  /** The newest version of a scope that can be read; 0 for none. */
  newest(scope: string): Promise<number>;
}

/**
 * Keys that are wrapped under one line of KEKs: a tenant's subjects, or its days. Versions up to `destroyedThrough` are
 * gone. Between batches `current` is the next one; when it is beyond, a batch is under way: to wrap what is left under
 * `current`, to write a backup, and to destroy the others.
 */
export interface Scope {
  readonly id: number;
  readonly name: string;
  readonly current: number;
  readonly destroyedThrough: number;
  /** Something that was wrapped under this version, or one before it, must never open again. */
  readonly rotateThrough: number;
}

export interface WrappedKey {
  readonly scope: number;
  /** Where it stands in its scope: a subject's index, or `day/purpose`. */
  readonly index: Uint8Array | string;
  readonly keyId: Buffer;
  readonly kekVersion: number;
  readonly wrapped: Uint8Array;
}

export type ErasureState = 'HELD_PENDING' | 'ERASING' | 'DESTROYED' | 'COMPLETE';

export interface ErasureRow {
  /** 16 bytes. */
  readonly erasureId: Buffer;
  readonly tenant: string;
  readonly index: Buffer;
  readonly state: ErasureState;
  /** Version under which the key was wrapped when it was removed; 0: there was none. */
  readonly kekVersion: number;
  readonly requestedMs: number;
  readonly erasingMs: number | null;
  readonly destroyedMs: number | null;
  readonly completedMs: number | null;
  readonly barriers: readonly Barrier[];
  /** The statement as it is sent, framed; once complete. */
  readonly certificate: Buffer | null;
}

export interface HoldRow {
  readonly holdId: Buffer;
  readonly tenant: string;
  /** Null: the whole tenant. */
  readonly index: Buffer | null;
  readonly placedMs: number;
}

/** Something to be sent to Kafka, kept until it is certain that it is there. */
export interface OutgoingEvent {
  readonly sequence: number;
  readonly topic: string;
  readonly key: string;
  readonly value: Buffer;
}

/** The vault's database. Everything is synchronous; what changes it is called within `atomically`. */
export interface VaultStore {
  atomically<Result>(act: () => Result): Result;

  scope(name: string): Scope | null;
  scopeById(id: number): Scope | null;
  scopes(): Scope[];
  addScope(name: string): void;
  setScope(scope: Pick<Scope, 'id' | 'current' | 'destroyedThrough'>): void;
  /** Asks for a batch that destroys this version. */
  rotateThrough(scopeId: number, version: number): void;

  findSubject(scopeId: number, index: Uint8Array): WrappedKey | null;
  findById(keyId: Uint8Array): WrappedKey | null;
  addSubject(key: WrappedKey, nowMs: number): void;
  removeSubject(scopeId: number, index: Uint8Array): void;
  countSubjects(): number;
  /** Keys of a scope after an index that are wrapped under a version before this one, in order. */
  wrappedBefore(
    scopeId: number,
    version: number,
    after: Uint8Array | string | null,
    limit: number,
  ): WrappedKey[];
  rewrap(key: WrappedKey): void;
  drop(key: WrappedKey): void;

  findDay(scopeId: number, day: string, purpose: DayPurpose): WrappedKey | 'destroyed' | null;
  addDay(key: WrappedKey, day: string, purpose: DayPurpose): void;
  /** Days that are not destroyed yet, before this one. */
  daysBefore(purpose: DayPurpose, day: string, scopeId: number | null): WrappedKey[];
  destroyDay(key: WrappedKey, nowMs: number): void;
  /** No key is made for days before this one. */
  setDayFloor(scopeId: number, purpose: DayPurpose, day: string): void;

  tombstone(index: Uint8Array): Barrier[];
  raiseTombstone(index: Uint8Array, barriers: readonly Barrier[]): void;

  findErasure(erasureId: Uint8Array): ErasureRow | null;
  /** The subject's erasures, the newest first. */
  erasuresOf(index: Uint8Array): ErasureRow[];
  erasuresIn(state: ErasureState): ErasureRow[];
  listErasures(tenant: string, limit: number): ErasureRow[];
  countErasures(state: ErasureState): number;
  putErasure(erasure: ErasureRow): void;

  addHold(hold: HoldRow, reason: string, placedBy: string): void;
  findHold(holdId: Uint8Array): HoldRow | null;
  releaseHold(holdId: Uint8Array, nowMs: number): void;
  holdsOf(tenant: string): HoldRow[];
  isHeld(tenant: string, index: Uint8Array): boolean;

  findStatement(statementId: Uint8Array): Buffer | null;
  addStatement(statementId: Uint8Array, framed: Buffer): void;

  enqueue(event: Omit<OutgoingEvent, 'sequence'>): void;
  waiting(limit: number): OutgoingEvent[];
  dequeue(sequence: number): void;

  flag(name: string): string | null;
  setFlag(name: string, value: string | null): void;
}

/** Where the logs of all inputs begin and end. Throws when Kafka does not answer. */
export interface LogBounds {
  starts(): Promise<Barrier[]>;
  ends(): Promise<Barrier[]>;
}

export interface Signer {
  readonly keyName: string;
  /** 32 bytes. */
  readonly publicKey: Buffer;
  sign(unsigned: Omit<Statement, 'signature' | 'key_name'>): Statement;
  /** Whether one of our own keys signed it. */
  verify(statement: Statement): boolean;
}

/** Writes a backup and resolves with its file's name when it is durable. */
export type BackUp = () => Promise<string>;

/** What the vault reports of itself: numbers and codes, never of whom. */
export interface VaultReport {
  leased(keys: number, minted: number): void;
  lookupRefused(): void;
  backedUp(atMs: number): void;
  destroyed(scopes: number, rewrapped: number): void;
  completed(): void;
  failed(step: string, error: unknown): void;
  droppedUnreadable(keys: number): void;
}
