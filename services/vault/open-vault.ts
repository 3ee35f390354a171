import type { KeyObject } from 'node:crypto';
import type { Statement } from '../../domain/contract/events.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import { type DestroyOptions, destroyKeys } from './destroy-keys.ts';
import { createErasures, type Erasures } from './erasures.ts';
import { createKekRing, type KekRing } from './kek-ring.ts';
import { createLeasing, type LeasedKeys, type LeaseRequest } from './lease-keys.ts';
import type { BackUp, KekStore, LogBounds, OutgoingEvent, Signer, VaultReport, VaultStore } from './ports.ts';
import { ACCEPT_LOST, applyStatements, loadKeks, RESTORED } from './restore-erasures.ts';
import { type WorkOptions, workOnce } from './run-worker.ts';
import { createSending } from './send-events.ts';

export interface VaultParts {
  readonly store: VaultStore;
  readonly keks: KekStore;
  readonly indexKey: KeyObject;
  readonly signer: Signer;
  readonly registry: SchemaRegistry;
  readonly log: LogBounds;
  readonly backUp: BackUp;
  readonly report: VaultReport;
  readonly send: (event: OutgoingEvent) => Promise<void>;
  readonly keepStatement: (framed: Buffer) => Promise<void>;
  /** Every statement that can be found: asked for by a restored vault only. */
  readonly statements: () => Promise<readonly Statement[]>;
  readonly nowMs: () => number;
  readonly limits: {
    readonly leaseMs: number;
    readonly quarantineKeyDays: number;
    readonly batchWaitMs: number;
    readonly backupEveryMs: number;
  };
}

export interface OpenVault {
  readonly ring: KekRing;
  readonly erasures: Erasures;
  readonly lease: (request: LeaseRequest) => Promise<LeasedKeys>;
  readonly sendAll: () => Promise<void>;
  readonly work: WorkOptions;
  /** One round of the worker. */
  workOnce(): Promise<void>;
}

/**
 * A vault that may serve: erasures that a restored database does not know of are carried out, and batches that were
 * under way when the last process ended are finished. Throws KeksMissing.
 */
export async function openVault(parts: VaultParts): Promise<OpenVault> {
  const { store, limits } = parts;
  const ring = createKekRing(store, parts.keks);
  const isRestored = store.flag(RESTORED) !== null;
  if (isRestored) applyStatements({ ...parts, ring }, await parts.statements());
  await loadKeks({ ...parts, ring }, parts.keks, store.flag(ACCEPT_LOST) !== null);
  const sendAll = createSending({ ...parts, keep: parts.keepStatement });
  const erasures = createErasures({ ...parts, ring, logEnds: parts.log.ends });
  const destroying: DestroyOptions = { ...parts, ...limits, ring };
  await finishBatches(destroying, isRestored);
  store.atomically(() => {
    for (const flag of [RESTORED, ACCEPT_LOST]) store.setFlag(flag, null);
  });
  const work: WorkOptions = {
    ...destroying,
    ...limits,
    erasures,
    sendAll,
    logStarts: parts.log.starts,
    lastBackupMs: () => Number(store.flag('last_backup_ms') ?? 0),
  };
  return {
    ring,
    erasures,
    sendAll,
    work,
    lease: createLeasing({ ...parts, ...limits, ring }),
    workOnce: () => workOnce(work),
  };
}

/** A restored vault has nothing to wait for: what is due goes before anybody is answered. */
async function finishBatches(options: DestroyOptions, isRestored: boolean): Promise<void> {
  const now = isRestored ? { ...options, batchWaitMs: 0 } : options;
  const isPending = () =>
    options.store
      .scopes()
      .some(
        ({ current, destroyedThrough, rotateThrough }) =>
          current > destroyedThrough + 1 || (isRestored && rotateThrough > destroyedThrough),
      );
  while (isPending()) await destroyKeys(now);
}
