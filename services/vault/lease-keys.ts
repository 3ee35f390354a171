import { type KeyObject, randomBytes } from 'node:crypto';
import { type Barrier, mayMint } from '../../domain/erasure/barriers.ts';
import { type DayPurpose, firstLivingDay } from '../../domain/erasure/day-keys.ts';
import type { SubjectKey } from '../../domain/erasure/erasable-box.ts';
import { indexSubject } from '../../domain/erasure/index-subject.ts';
import { MINT_BYTES, mintKey, unwrapKey } from '../../domain/erasure/wrap-key.ts';
import { type KekRing, scopeName } from './kek-ring.ts';
import type { Scope, VaultReport, VaultStore, WrappedKey } from './ports.ts';

export interface LeaseRequest {
  readonly subjects: readonly {
    readonly tenant: string;
    /** Normalised. */
    readonly subject: string;
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
  }[];
  readonly days: readonly { readonly tenant: string; readonly day: string; readonly purpose: DayPurpose }[];
}

export interface LeasedKeys {
  readonly subjects: readonly { readonly key: SubjectKey | null; readonly erasedBelow: readonly Barrier[] }[];
  readonly days: readonly (SubjectKey | null)[];
}

export interface LeaseOptions {
  readonly store: VaultStore;
  readonly ring: KekRing;
  readonly indexKey: KeyObject;
  readonly report: VaultReport;
  readonly nowMs: () => number;
  /** Quarantine keys live so many days. */
  readonly quarantineKeyDays: number;
}

/**
 * Hands keys out, and makes those that are not there: all in one transaction, so that two who ask at once get the same
 * key, and on the disk before it returns, for a key that is lost after its use is lost data.
 */
export function createLeasing(options: LeaseOptions): (request: LeaseRequest) => Promise<LeasedKeys> {
  const { store, ring, report } = options;
  return async (request) => {
    const names = new Set([
      ...request.subjects.map(({ tenant }) => scopeName('subjects', tenant)),
      ...request.days.map(({ tenant }) => scopeName('days', tenant)),
    ]);
    for (const name of names) await ring.prepare(name);
    const minting = createMinting(options, request.subjects.length + request.days.length);
    const leased = store.atomically(() => {
      const scopes = new Map([...names].map((name) => [name, scopeOf(store, name)]));
      const of = (kind: 'subjects' | 'days', tenant: string) =>
        scopes.get(scopeName(kind, tenant)) ?? scopeOf(store, scopeName(kind, tenant));
      return {
        subjects: request.subjects.map((asked) =>
          leaseSubject(options, minting, of('subjects', asked.tenant), asked),
        ),
        days: request.days.map((asked) => leaseDay(options, minting, of('days', asked.tenant), asked)),
      };
    });
    report.leased(request.subjects.length + request.days.length, minting.count());
    return leased;
  };
}

/** The key of a row. Throws where it does not open: then the database or a KEK was altered. */
export function openRow(ring: KekRing, scope: Scope, row: WrappedKey): SubjectKey {
  const kek = ring.find(scope, row.kekVersion);
  const key = kek === null ? null : unwrapKey(kek, row.keyId, row.wrapped);
  if (key === null) throw new Error('a key does not open: its KEK is missing, or its row was altered');
  return key;
}

interface Minting {
  mint(scope: Scope, index: Uint8Array | string): { readonly key: SubjectKey; readonly row: WrappedKey };
  count(): number;
}

/** Makes keys; the random bytes for a whole request are drawn at once. */
function createMinting({ ring }: LeaseOptions, atMost: number): Minting {
  let random = Buffer.alloc(0);
  let minted = 0;
  return {
    mint: (scope, index) => {
      if (random.length === 0) random = randomBytes(MINT_BYTES * atMost);
      const kek = ring.current(scope);
      const { key, wrapped } = mintKey(kek, random.subarray(MINT_BYTES * minted, MINT_BYTES * (minted + 1)));
      minted++;
      return { key, row: { scope: scope.id, index, keyId: key.keyId, kekVersion: kek.version, wrapped } };
    },
    count: () => minted,
  };
}

function leaseSubject(
  { store, ring, indexKey, nowMs }: LeaseOptions,
  minting: Minting,
  scope: Scope,
  asked: LeaseRequest['subjects'][number],
): LeasedKeys['subjects'][number] {
  const index = indexSubject(indexKey, asked.tenant, asked.subject);
  const erasedBelow = store.tombstone(index);
  const row = store.findSubject(scope.id, index);
  if (row !== null) return { key: openRow(ring, scope, row), erasedBelow };
  if (!mayMint(erasedBelow, asked)) return { key: null, erasedBelow };
  const minted = minting.mint(scope, index);
  store.addSubject(minted.row, nowMs());
  return { key: minted.key, erasedBelow };
}

function leaseDay(
  { store, ring, nowMs, quarantineKeyDays }: LeaseOptions,
  minting: Minting,
  scope: Scope,
  { day, purpose }: LeaseRequest['days'][number],
): SubjectKey | null {
  if (purpose === 'quarantine' && day < firstLivingDay(nowMs(), quarantineKeyDays)) return null;
  const row = store.findDay(scope.id, day, purpose);
  if (row === 'destroyed') return null;
  if (row !== null) return openRow(ring, scope, row);
  const minted = minting.mint(scope, `${day}/${purpose}`);
  store.addDay(minted.row, day, purpose);
  return minted.key;
}

function scopeOf(store: VaultStore, name: string): Scope {
  const scope = store.scope(name);
  if (scope === null) throw new Error('a scope was asked for before it was prepared');
  return scope;
}
