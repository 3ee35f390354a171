import { createSecretKey } from 'node:crypto';
import type { Kek } from '../../domain/erasure/wrap-key.ts';
import type { KekStore, Scope, VaultStore } from './ports.ts';

/** The KEKs that are in use, in memory, so that leases are one transaction without a wait in it. */
export interface KekRing {
  /** Makes the scope ready to be used, with its first KEK if it is new. */
  prepare(scopeName: string): Promise<void>;
  /** A version that is in use; null where it is not there. */
  find(scope: Scope, version: number): Kek | null;
  /** The version that new keys are wrapped under. Throws where the scope was not prepared. */
  current(scope: Scope): Kek;
  /** Makes the next version, durable, and takes it in. Nothing is wrapped under it yet. */
  make(scope: Scope, version: number): Promise<void>;
  /** Takes in what is there of a version. */
  load(scope: Scope, version: number): Promise<boolean>;
  /** Lets go of the versions up to this one. */
  forgetThrough(scope: Scope, version: number): void;
}

/** A scope's name: what a tenant's subjects, or its days, are wrapped under. */
export function scopeName(kind: 'subjects' | 'days', tenant: string): string {
  return `${kind}:${tenant}`;
}

/** An empty ring. */
export function createKekRing(store: VaultStore, keks: KekStore): KekRing {
  const rings = new Map<string, Map<number, Kek>>();
  const preparing = new Map<string, Promise<void>>();
  const keep = (name: string, version: number, key: Buffer) => {
    const ring = rings.get(name) ?? new Map<number, Kek>();
    rings.set(name, ring);
    ring.set(version, { scope: name, version, key: createSecretKey(key) });
    key.fill(0);
  };
  const prepareNew = async (name: string) => {
    const version = store.scope(name)?.current ?? 1;
    // The key first: a scope in the database without its key could not be told from one whose key was lost.
    const key =
      store.scope(name) === null ? await keks.create(name, version) : await keks.read(name, version);
    if (key === null) throw new Error('a KEK that is in use cannot be read');
    if (store.scope(name) === null) store.atomically(() => store.addScope(name));
    keep(name, version, key);
  };
  return {
    prepare: (name) => {
      if (rings.has(name)) return Promise.resolve();
      const underWay = preparing.get(name) ?? prepareNew(name).finally(() => preparing.delete(name));
      preparing.set(name, underWay);
      return underWay;
    },
    find: (scope, version) => rings.get(scope.name)?.get(version) ?? null,
    current: (scope) => {
      const kek = rings.get(scope.name)?.get(scope.current);
      if (kek === undefined) throw new Error('a KEK was asked for before it was prepared');
      return kek;
    },
    make: async (scope, version) => keep(scope.name, version, await keks.create(scope.name, version)),
    load: async (scope, version) => {
      const key = await keks.read(scope.name, version);
      if (key !== null) keep(scope.name, version, key);
      return key !== null;
    },
    forgetThrough: (scope, version) => {
      const ring = rings.get(scope.name);
      for (const each of ring?.keys() ?? []) if (each <= version) ring?.delete(each);
    },
  };
}
