import type { KeyObject } from 'node:crypto';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import { areBehind, type Barrier } from '../../domain/erasure/barriers.ts';
import { dayOf } from '../../domain/erasure/day-keys.ts';
import { frameEvent, stateErasure } from './erasure-statements.ts';
import { scopeName } from './kek-ring.ts';
import type { ErasureRow, Signer, VaultReport, VaultStore } from './ports.ts';

const DAY_MS = 86_400_000;

export interface CompleteOptions {
  readonly store: VaultStore;
  readonly indexKey: KeyObject;
  readonly signer: Signer;
  readonly registry: SchemaRegistry;
  readonly logStarts: () => Promise<Barrier[]>;
  readonly report: VaultReport;
  readonly nowMs: () => number;
  readonly leaseMs: number;
}

/**
 * An erasure is complete, and certified, when nothing is left that could give the subject's data back: the logs begin
 * beyond its barriers, the quarantine keys of the days up to it are destroyed, and no lease of its key is alive.
 */
export async function completeErasures(options: CompleteOptions): Promise<void> {
  const { store, registry, nowMs } = options;
  const destroyed = store.erasuresIn('DESTROYED').filter((erasure) => isOtherwiseDone(options, erasure));
  if (destroyed.length === 0) return;
  const starts = await options.logStarts();
  for (const erasure of destroyed.filter(({ barriers }) => areBehind(barriers, starts))) {
    const complete = { ...erasure, state: 'COMPLETE' as const, completedMs: nowMs() };
    const statement = stateErasure(complete, { ...options, nowMs: nowMs() });
    const event = frameEvent(registry, 'statement', statement);
    store.atomically(() => {
      store.putErasure({ ...complete, certificate: event.value });
      store.enqueue(event);
    });
    options.report.completed();
  }
}

function isOtherwiseDone({ store, nowMs, leaseMs }: CompleteOptions, erasure: ErasureRow): boolean {
  const erasingMs = erasure.erasingMs ?? 0;
  if (nowMs() < erasingMs + leaseMs) return false;
  const dayAfter = dayOf(erasingMs + DAY_MS);
  return [scopeName('days', erasure.tenant), scopeName('days', '')].every((name) => {
    const scope = store.scope(name);
    if (scope === null) return true;
    const isGone = scope.destroyedThrough >= scope.rotateThrough;
    return isGone && store.daysBefore('quarantine', dayAfter, scope.id).length === 0;
  });
}
