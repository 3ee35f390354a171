import type { KeyObject } from 'node:crypto';
import type { Statement } from '../../domain/contract/events.ts';
import { highestBarriers } from '../../domain/erasure/barriers.ts';
import { readStatedErasure, type StatedErasure } from './erasure-statements.ts';
import { type KekRing, scopeName } from './kek-ring.ts';
import type { ErasureRow, KekStore, Scope, Signer, VaultStore } from './ports.ts';

/** Set in every backup: whoever opens the database it came from finds it unset. */
export const RESTORED = 'restored';
/** Set by whoever accepts that keys whose KEK is destroyed are lost. */
export const ACCEPT_LOST = 'accept_lost';

export interface RestoreOptions {
  readonly store: VaultStore;
  readonly ring: KekRing;
  readonly indexKey: KeyObject;
  readonly signer: Signer;
}

/** Keys cannot be opened, for their KEK is not there: started all the same, the vault would make others in their stead. */
export class KeksMissing extends Error {
  constructor(scopes: number) {
    super(
      `Keys of ${scopes} scope(s) cannot be opened: the KEKs that they are wrapped under are not there. Was an older ` +
        'backup restored? One from before an erasure or rotation is dead: restore the newest one. Or is the folder of ' +
        'KEKs, or the key manager, another one? If nothing better is left: docket vault restore --accept-lost',
    );
    this.name = 'KeksMissing';
  }
}

/**
 * Carries out in a restored database every erasure that statements tell of. What a newer database knew is raised
 * again: barriers, the erasure in its state, the KEK versions to destroy; the key goes if it is the one of then.
 * @returns how many erasures were not known here.
 */
export function applyStatements(options: RestoreOptions, statements: readonly Statement[]): number {
  const stated = statements
    .filter((statement) => options.signer.verify(statement))
    .map((statement) => readStatedErasure(statement, options.indexKey))
    .filter((erasure) => erasure !== null);
  const newest = new Map<string, StatedErasure>();
  const order = ['ERASING', 'DESTROYED', 'COMPLETE'];
  for (const erasure of stated) {
    const id = erasure.erasureId.toString('hex');
    const known = newest.get(id);
    if (known === undefined || order.indexOf(known.state) < order.indexOf(erasure.state))
      newest.set(id, erasure);
  }
  let unknown = 0;
  for (const erasure of newest.values()) if (applyErasure(options, erasure)) unknown++;
  return unknown;
}

function applyErasure({ store }: RestoreOptions, stated: StatedErasure): boolean {
  return store.atomically(() => {
    const name = scopeName('subjects', stated.tenant);
    store.addScope(name);
    const scope = store.scope(name);
    if (scope === null) throw new Error('a scope is gone');
    const known = store.findErasure(stated.erasureId);
    if (known !== null && known.state !== 'HELD_PENDING') return false;
    store.raiseTombstone(stated.index, stated.barriers);
    // This database is older than the erasure: whatever key it has of the subject is the one that was erased.
    const row = store.findSubject(scope.id, stated.index);
    store.removeSubject(scope.id, stated.index);
    const kekVersion = Math.max(stated.kekVersion, row?.kekVersion ?? 0);
    store.rotateThrough(scope.id, kekVersion);
    const erasure: ErasureRow = {
      erasureId: stated.erasureId,
      tenant: stated.tenant,
      index: stated.index,
      // From the start: here nothing is destroyed yet, and doing it twice does no harm.
      state: 'ERASING',
      kekVersion,
      requestedMs: stated.requestedMs,
      erasingMs: stated.erasingMs,
      destroyedMs: null,
      completedMs: null,
      barriers: highestBarriers(stated.barriers),
      certificate: null,
    };
    store.putErasure(erasure);
    return true;
  });
}

/**
 * Loads the KEKs of every scope. Throws KeksMissing when keys are wrapped under one that is not there, unless they are
 * accepted as lost: the batch that follows drops them. A database that is older than its KEKs goes on with the newest.
 */
export async function loadKeks(options: RestoreOptions, keks: KekStore, acceptLost: boolean): Promise<void> {
  let missing = 0;
  for (const scope of options.store.scopes()) {
    if (!(await loadScope(options, keks, scope, acceptLost))) missing++;
  }
  if (missing > 0) throw new KeksMissing(missing);
}

async function loadScope(
  { store, ring }: RestoreOptions,
  keks: KekStore,
  scope: Scope,
  acceptLost: boolean,
): Promise<boolean> {
  // Versions go in ascending order: below an absent one there is none, and a batch may have died right after that.
  let absentThrough = 0;
  for (let version = scope.destroyedThrough + 1; version <= scope.current; version++)
    if (!(await ring.load(scope, version))) absentThrough = version;
  const isNeeded = store.wrappedBefore(scope.id, absentThrough + 1, null, 1).length > 0;
  if (isNeeded && !acceptLost) return false;
  const newest = await keks.newest(scope.name);
  const next = absentThrough === scope.current ? Math.max(newest, scope.current + 1) : newest;
  if (next > scope.current) {
    await ring.make(scope, next);
    store.atomically(() => store.setScope({ ...scope, current: next }));
  }
  return true;
}
