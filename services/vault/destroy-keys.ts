import { type KeyObject, randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import { firstLivingDay } from '../../domain/erasure/day-keys.ts';
import { transitionKey } from '../../domain/erasure/key-states.ts';
import { unwrapKey, wrapKey } from '../../domain/erasure/wrap-key.ts';
import { frameEvent, stateErasure } from './erasure-statements.ts';
import { type KekRing, scopeName } from './kek-ring.ts';
import type { BackUp, KekStore, Scope, Signer, VaultReport, VaultStore, WrappedKey } from './ports.ts';

export interface DestroyOptions {
  readonly store: VaultStore;
  readonly keks: KekStore;
  readonly ring: KekRing;
  readonly indexKey: KeyObject;
  readonly signer: Signer;
  readonly registry: SchemaRegistry;
  readonly backUp: BackUp;
  readonly report: VaultReport;
  readonly nowMs: () => number;
  readonly quarantineKeyDays: number;
  /** How long the oldest waits for others to be destroyed together with it. */
  readonly batchWaitMs: number;
}

const ROWS_PER_TURN = 1_000;
const NONCE_BYTES = 12;

/** Marks the day keys of quarantine that have lived long enough; their wrapped form goes with the next batch. */
export function expireQuarantineDays({ store, nowMs, quarantineKeyDays }: DestroyOptions): void {
  const due = store.daysBefore('quarantine', firstLivingDay(nowMs(), quarantineKeyDays), null);
  if (due.length > 0) store.atomically(() => destroyDays(store, due, nowMs()));
}

/** Takes day keys out of the database and asks for the versions that wrapped them to go. Within a transaction. */
export function destroyDays(store: VaultStore, days: readonly WrappedKey[], nowMs: number): void {
  for (const day of days) {
    store.destroyDay(day, nowMs);
    store.rotateThrough(day.scope, day.kekVersion);
  }
}

/**
 * One batch: every scope that wrapped something which must never open again gets a new KEK version, what is left is
 * wrapped anew, **a backup is written, then** the old versions are destroyed: in the other order a crash in between
 * would leave nothing that opens. Every step starts from what is on the disk and may be done twice.
 */
export async function destroyKeys(options: DestroyOptions): Promise<void> {
  const { store } = options;
  const scopes = store.scopes().filter((scope) => isUnderWay(scope) || isDue(options, scope));
  let rewrapped = 0;
  for (const scope of scopes) {
    const raised = isUnderWay(scope) ? scope : await raise(options, scope);
    rewrapped += await rewrapAll(options, raised);
  }
  if (scopes.length > 0) {
    await options.backUp();
    for (const { name } of scopes) await destroyOld(options, mustFind(store, name));
    options.report.destroyed(scopes.length, rewrapped);
  }
  settleErasures(options);
}

function isUnderWay(scope: Scope): boolean {
  return scope.current > scope.destroyedThrough + 1;
}

function isDue({ store, nowMs, batchWaitMs }: DestroyOptions, scope: Scope): boolean {
  if (scope.rotateThrough <= scope.destroyedThrough) return false;
  const waiting = store
    .erasuresIn('ERASING')
    .filter(({ tenant }) => scopeName('subjects', tenant) === scope.name);
  return waiting.length === 0 || waiting.some(({ erasingMs }) => nowMs() - (erasingMs ?? 0) >= batchWaitMs);
}

async function raise({ store, ring }: DestroyOptions, scope: Scope): Promise<Scope> {
  const raised = { ...scope, current: scope.current + 1 };
  await ring.make(scope, raised.current);
  store.atomically(() => store.setScope(raised));
  return raised;
}

/** In small transactions: leases go on in between. Rows that come meanwhile are wrapped under the new version. */
async function rewrapAll(options: DestroyOptions, scope: Scope): Promise<number> {
  const { store, ring, report } = options;
  const target = ring.current(scope);
  let after: WrappedKey['index'] | null = null;
  let count = 0;
  let unreadable = 0;
  for (;;) {
    const rows: WrappedKey[] = store.wrappedBefore(scope.id, scope.current, after, ROWS_PER_TURN);
    const last = rows.at(-1);
    if (last === undefined) break;
    const nonces = randomBytes(NONCE_BYTES * rows.length);
    store.atomically(() => {
      rows.forEach((row, at) => {
        const kek = ring.find(scope, row.kekVersion);
        const key = kek === null ? null : unwrapKey(kek, row.keyId, row.wrapped);
        if (key !== null) {
          const nonce = nonces.subarray(NONCE_BYTES * at, NONCE_BYTES * (at + 1));
          store.rewrap({ ...row, kekVersion: target.version, wrapped: wrapKey(target, key, nonce) });
        } else if (kek === null) {
          // Its version is destroyed: only a database older than that destruction still has the row.
          store.drop(row);
          unreadable++;
        } else throw new Error('a key does not open under its KEK: its row was altered');
      });
    });
    count += rows.length;
    after = last.index;
    await nextTurn();
  }
  if (unreadable > 0) report.droppedUnreadable(unreadable);
  return count;
}

async function destroyOld({ store, keks, ring }: DestroyOptions, scope: Scope): Promise<void> {
  const last = scope.current - 1;
  await keks.destroyThrough(scope.name, last);
  ring.forgetThrough(scope, last);
  store.atomically(() => store.setScope({ ...scope, destroyedThrough: last }));
}

/** Erasures whose key cannot be opened any more are DESTROYED, and that is stated. */
function settleErasures(options: DestroyOptions): void {
  const { store, registry, nowMs } = options;
  for (const erasure of store.erasuresIn('ERASING')) {
    const scope = store.scope(scopeName('subjects', erasure.tenant));
    const transition = transitionKey(erasure.state, 'KEK_DESTROYED');
    if ((scope?.destroyedThrough ?? 0) < erasure.kekVersion || 'refused' in transition) continue;
    const destroyed = { ...erasure, state: 'DESTROYED' as const, destroyedMs: nowMs() };
    const statement = stateErasure(destroyed, { ...options, nowMs: nowMs() });
    store.atomically(() => {
      store.putErasure(destroyed);
      store.enqueue(frameEvent(registry, 'statement', statement));
    });
  }
}

function mustFind(store: VaultStore, name: string): Scope {
  const scope = store.scope(name);
  if (scope === null) throw new Error('a scope is gone');
  return scope;
}
