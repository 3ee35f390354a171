import type { KeyObject } from 'node:crypto';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import type { Barrier } from '../../domain/erasure/barriers.ts';
import { subjectToken } from '../../domain/erasure/erasable-box.ts';
import { indexSubject } from '../../domain/erasure/index-subject.ts';
import { type KeyState, transitionKey } from '../../domain/erasure/key-states.ts';
import { frameEvent, newUuid, stateErasure, toErasureRequest } from './erasure-statements.ts';
import { type KekRing, scopeName } from './kek-ring.ts';
import { openRow } from './lease-keys.ts';
import type { Client, ErasureRow, HoldRow, Signer, VaultStore } from './ports.ts';

export interface ErasureOptions {
  readonly store: VaultStore;
  readonly ring: KekRing;
  readonly indexKey: KeyObject;
  readonly signer: Signer;
  readonly registry: SchemaRegistry;
  readonly logEnds: () => Promise<Barrier[]>;
  readonly nowMs: () => number;
}

interface Asked {
  readonly tenant: string;
  /** Normalised. */
  readonly subject: string;
  readonly reason: string;
  readonly client: Client;
}

export interface Erasures {
  /**
   * Takes a request to forget a subject, or gives the one that is under way. Once it resolves, the request, its
   * barriers and the loss of the key are on the disk. Throws when the logs' ends cannot be read.
   */
  request(asked: Asked): Promise<ErasureRow>;
  /** Null: too late, the subject is being erased. Without a subject the whole tenant is held. */
  placeHold(asked: Omit<Asked, 'subject'> & { readonly subject: string | null }): Promise<Buffer | null>;
  /** False: there is no such hold. Erasures that waited for it begin with the next run of the worker. */
  releaseHold(holdId: Buffer): boolean;
  /** The subject's token; null where nothing is stored of it. Makes nothing. */
  tokenOf(tenant: string, index: Buffer): Buffer | null;
  /** Begins what waited for holds that are lifted. */
  beginReleased(): Promise<void>;
  /** Up to where logs must be trimmed for what is not complete. */
  barriers(): Barrier[];
}

/** Erasures and holds: every change is one transaction, from a state and an event as `transitionKey` has them. */
export function createErasures(options: ErasureOptions): Erasures {
  const { store, ring, indexKey, nowMs } = options;
  const prepared = async (tenant: string) => {
    const name = scopeName('subjects', tenant);
    await ring.prepare(name);
    return name;
  };
  return {
    request: async ({ tenant, subject, reason, client }) => {
      const name = await prepared(tenant);
      const index = indexSubject(indexKey, tenant, subject);
      const ends = await options.logEnds();
      return store.atomically(() => {
        const transition = transitionKey(stateOf(store, tenant, name, index), 'ERASE');
        const [newest] = store.erasuresOf(index);
        if ('refused' in transition || !transition.effects.includes('OPEN_ERASURE')) {
          if (newest === undefined) throw new Error('an erasure is under way, and there is none');
          return newest;
        }
        const erasure: ErasureRow = {
          erasureId: newUuid(),
          tenant,
          index,
          state: 'HELD_PENDING',
          kekVersion: 0,
          requestedMs: nowMs(),
          erasingMs: null,
          destroyedMs: null,
          completedMs: null,
          barriers: [],
          certificate: null,
        };
        const opened = transition.state === 'ERASING' ? begin(options, erasure, ends) : erasure;
        store.putErasure(opened);
        const event = toErasureRequest(opened, client.name, reason);
        store.enqueue(frameEvent(options.registry, 'erasure-request', event));
        return opened;
      });
    },
    placeHold: async ({ tenant, subject, reason, client }) => {
      const name = await prepared(tenant);
      const index = subject === null ? null : indexSubject(indexKey, tenant, subject);
      const hold: HoldRow = { holdId: newUuid(), tenant, index, placedMs: nowMs() };
      return store.atomically(() => {
        if (index !== null && 'refused' in transitionKey(stateOf(store, tenant, name, index), 'HOLD'))
          return null;
        store.addHold(hold, reason, client.name);
        return hold.holdId;
      });
    },
    releaseHold: (holdId) =>
      store.atomically(() => {
        if (store.findHold(holdId) === null) return false;
        store.releaseHold(holdId, nowMs());
        return true;
      }),
    tokenOf: (tenant, index) => {
      const scope = store.scope(scopeName('subjects', tenant));
      const row = scope === null ? null : store.findSubject(scope.id, index);
      return scope === null || row === null ? null : subjectToken(openRow(ring, scope, row));
    },
    beginReleased: async () => {
      const released = store
        .erasuresIn('HELD_PENDING')
        .filter(({ tenant, index }) => !store.isHeld(tenant, index));
      if (released.length === 0) return;
      for (const { tenant } of released) await prepared(tenant);
      const ends = await options.logEnds();
      store.atomically(() => {
        for (const erasure of released) {
          const transition = transitionKey('HELD_PENDING', 'RELEASE');
          const isStillFree = !store.isHeld(erasure.tenant, erasure.index);
          if (isStillFree && 'state' in transition) store.putErasure(begin(options, erasure, ends));
        }
      });
    },
    barriers: () =>
      [...store.erasuresIn('ERASING'), ...store.erasuresIn('DESTROYED')].flatMap(({ barriers }) => barriers),
  };
}

/**
 * From here on there is no way back: barriers stand, the key is out of the database, and the version that wrapped it
 * is marked to be destroyed. Within a transaction.
 */
function begin(options: ErasureOptions, waiting: ErasureRow, ends: readonly Barrier[]): ErasureRow {
  const { store } = options;
  const scope = store.scope(scopeName('subjects', waiting.tenant));
  if (scope === null) throw new Error('a scope was asked for before it was prepared');
  store.raiseTombstone(waiting.index, ends);
  const kekVersion = store.findSubject(scope.id, waiting.index)?.kekVersion ?? 0;
  store.removeSubject(scope.id, waiting.index);
  store.rotateThrough(scope.id, kekVersion);
  const nowMs = options.nowMs();
  const erasing: ErasureRow = { ...waiting, state: 'ERASING', kekVersion, erasingMs: nowMs, barriers: ends };
  const statement = stateErasure(erasing, { ...options, nowMs });
  store.enqueue(frameEvent(options.registry, 'statement', statement));
  return erasing;
}

/** What the rows say of a subject: an erasure that is not carried out comes first, then holds, then its key. */
function stateOf(store: VaultStore, tenant: string, name: string, index: Buffer): KeyState {
  const [newest] = store.erasuresOf(index);
  if (newest?.state === 'HELD_PENDING' || newest?.state === 'ERASING') return newest.state;
  if (store.isHeld(tenant, index)) return 'HELD';
  const scope = store.scope(name);
  if (scope !== null && store.findSubject(scope.id, index) !== null) return 'ACTIVE';
  return newest?.state ?? 'ABSENT';
}
