import {
  RETENTION_CLASSES,
  type RetentionClass,
  UNKNOWN_TENANT,
} from '../../domain/retention/retention-classes.ts';
import { cutoffDay, type RetentionPolicy } from '../../domain/retention/retention-policy.ts';
import { LEAVES_DETAIL } from '../../domain/statements/digest-leaves.ts';
import type {
  Prune,
  PruneStep,
  PruneStore,
  PruneSummary,
  ReadyPrune,
  RetentionHold,
  RetentionVault,
} from './ports.ts';

export type RetentionOutcome =
  | { readonly kind: 'pruned'; readonly rows: number; readonly held: number; readonly inWindow: number }
  /** A dry run: what would be pruned. */
  | { readonly kind: 'expired'; readonly rows: number; readonly held: number; readonly inWindow: number }
  /** Nothing is old enough, or all of it stays. */
  | { readonly kind: 'kept'; readonly held: number; readonly inWindow: number }
  /** The whole tenant is held. */
  | { readonly kind: 'held' }
  /** Nothing was rolled up yet: what is not counted must not go. */
  | { readonly kind: 'not_rolled_up' }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface RetentionResult {
  readonly tenantId: string;
  readonly retentionClass: RetentionClass;
  /** Everything appended before it was looked at; null where nothing has to go. */
  readonly cutoff: string | null;
  readonly outcome: RetentionOutcome;
}

export interface RetentionDeps {
  readonly policy: RetentionPolicy;
  readonly store: PruneStore;
  readonly vault: RetentionVault;
  readonly dryRun: boolean;
  readonly newId: () => string;
  /** Waits until the recorder may have recorded the statement; false when it was long enough. */
  readonly waitForRecorder: (attempt: number) => Promise<boolean>;
  readonly report: (result: RetentionResult) => void;
}

interface Candidate {
  readonly tenantId: string;
  readonly retentionClass: RetentionClass;
  readonly cutoff: string;
}

/** What holds for all tenants and classes of a round. */
interface Round {
  readonly nowMs: number;
  readonly rolledUpUntilMs: number | null;
  readonly unfinished: readonly (Prune & { readonly step: PruneStep })[];
}

/** A prune that is stated, and what to report of it once it is done. */
interface Stated {
  readonly prune: Prune;
  readonly outcome: RetentionOutcome;
}

/**
 * One round of retention over all tenants and classes. For each: holds, the list of leaves, the signed statement; then,
 * for all of them together, what is listed is dropped. Goes on with what an earlier round left. A failure is an
 * outcome, and stops only its tenant and class.
 */
export async function runRetention(deps: RetentionDeps): Promise<readonly RetentionResult[]> {
  const { store, policy } = deps;
  const results: RetentionResult[] = [];
  const report = (result: RetentionResult) => {
    results.push(result);
    deps.report(result);
  };
  const round: Round = {
    nowMs: await store.readClock(),
    rolledUpUntilMs: await store.readRolledUpUntil(),
    unfinished: await store.readUnfinished(),
  };
  const tenants = new Set([...(await store.readTenants()), ...policy.tenantIds]);
  const stated: Stated[] = [];
  for (const tenantId of [...tenants].sort()) {
    for (const retentionClass of RETENTION_CLASSES) {
      const cutoff = cutoffOf(tenantId, retentionClass, round, deps);
      try {
        const next = await prepare({ tenantId, retentionClass, cutoff }, round, deps);
        if (next !== null && 'prune' in next) stated.push(next);
        else if (next !== null) report({ tenantId, retentionClass, cutoff, outcome: next });
      } catch (error) {
        report({ tenantId, retentionClass, cutoff, outcome: { kind: 'failed', error } });
      }
    }
  }
  for (const { prune, outcome } of await dropStated(stated, deps)) {
    const { tenantId, retentionClass, cutoff } = prune;
    report({ tenantId, retentionClass, cutoff, outcome });
  }
  return results;
}

function cutoffOf(tenantId: string, retentionClass: RetentionClass, round: Round, deps: RetentionDeps) {
  const days = deps.policy.daysOf(tenantId, retentionClass);
  return days === null ? null : cutoffDay(round.nowMs, days, round.rolledUpUntilMs);
}

/** What an earlier round began comes first, unless it is to be kept by now. null: it is kept for ever. */
async function prepare(
  { tenantId, retentionClass, cutoff }: Omit<Candidate, 'cutoff'> & { readonly cutoff: string | null },
  { unfinished }: Round,
  deps: RetentionDeps,
): Promise<RetentionOutcome | Stated | null> {
  const begun = unfinished.find(
    (prune) => prune.tenantId === tenantId && prune.retentionClass === retentionClass,
  );
  if (begun !== undefined && cutoff !== null && begun.cutoff <= cutoff) return stateOne(begun, begun, deps);
  if (begun !== undefined && !deps.dryRun) await deps.store.savePrune(begun, 'DONE');
  if (cutoff !== null) return stateOne({ tenantId, retentionClass, cutoff }, null, deps);
  return deps.policy.daysOf(tenantId, retentionClass) === null ? null : { kind: 'not_rolled_up' };
}

/** Up to the recorded statement. Nothing is gone by then, so that a hold, a failure or a crash costs nothing. */
async function stateOne(
  candidate: Candidate,
  begun: (Prune & { readonly step: PruneStep }) | null,
  deps: RetentionDeps,
): Promise<RetentionOutcome | Stated> {
  const { store } = deps;
  const holds = await deps.vault.listHolds(candidate.tenantId);
  if (isTenantHeld(holds)) return { kind: 'held' };
  const heldTokens = tokensOf(holds);
  const { rows, held, inWindow } = await store.countExpired(candidate, heldTokens);
  if (deps.dryRun)
    return rows === 0 ? { kind: 'kept', held, inWindow } : { kind: 'expired', rows, held, inWindow };
  if (rows === 0 && begun === null) {
    await destroyDayKeys(candidate, deps);
    return { kind: 'kept', held, inWindow };
  }
  const prune = begun ?? { ...candidate, statementId: deps.newId() };
  if (begun?.step !== 'LISTED') {
    await store.savePrune(prune, 'PLANNED');
    await store.listLeaves(prune, heldTokens);
    await store.savePrune(prune, 'LISTED');
  }
  const summary = await store.summarise(prune, heldTokens);
  if (summary.rows > 0 && !(await store.hasStatement(prune))) {
    await deps.vault.issueStatement(statementOf(prune, summary));
    await untilRecorded(prune, deps);
  }
  return { prune, outcome: { kind: 'pruned', rows: summary.rows, held, inWindow } };
}

/** What is recorded in the statements' own topic is not yet in the store: nothing may be missing there before it is. */
async function untilRecorded(prune: Prune, { store, waitForRecorder }: RetentionDeps): Promise<void> {
  for (let attempt = 0; !(await store.hasStatement(prune)); attempt++) {
    if (await waitForRecorder(attempt)) continue;
    throw new Error(
      'the signed statement is not recorded yet: nothing was dropped; is the recorder up? Run again',
    );
  }
}

async function dropStated(stated: readonly Stated[], deps: RetentionDeps): Promise<readonly Stated[]> {
  const { store, vault } = deps;
  const ready: (ReadyPrune & Stated)[] = [];
  const done: Stated[] = [];
  for (const entry of stated) {
    try {
      // Once more: whoever was held meanwhile stays.
      const holds = await vault.listHolds(entry.prune.tenantId);
      if (isTenantHeld(holds)) done.push({ ...entry, outcome: { kind: 'held' } });
      else ready.push({ ...entry, heldTokens: tokensOf(holds) });
    } catch (error) {
      done.push({ ...entry, outcome: { kind: 'failed', error } });
    }
  }
  try {
    if (ready.length > 0) await store.drop(ready);
  } catch (error) {
    return [...done, ...ready.map((entry) => ({ ...entry, outcome: { kind: 'failed' as const, error } }))];
  }
  for (const entry of ready) {
    try {
      await destroyDayKeys(entry.prune, deps);
      await store.savePrune(entry.prune, 'DONE');
      done.push(entry);
    } catch (error) {
      done.push({ ...entry, outcome: { kind: 'failed', error } });
    }
  }
  return done;
}

async function destroyDayKeys({ tenantId, retentionClass, cutoff }: Candidate, { vault }: RetentionDeps) {
  if (retentionClass === 'erasable' || retentionClass === 'quarantine')
    await vault.destroyDays(tenantId === UNKNOWN_TENANT ? '' : tenantId, retentionClass, cutoff);
}

function statementOf({ statementId, tenantId, retentionClass, cutoff }: Prune, summary: PruneSummary) {
  const { ranges, rows, leavesDigest } = summary;
  const details = [
    { key: 'class', value: retentionClass },
    { key: 'cutoff', value: cutoff },
    ...(leavesDigest === null ? [] : [{ key: LEAVES_DETAIL, value: leavesDigest }]),
  ];
  return {
    kind: 'PRUNE' as const,
    about: null,
    tenant: tenantId,
    statement_id: statementId,
    ranges,
    rows,
    details,
  };
}

function isTenantHeld(holds: readonly RetentionHold[]): boolean {
  return holds.some((hold) => hold.kind === 'tenant');
}

function tokensOf(holds: readonly RetentionHold[]): Uint8Array[] {
  return holds.flatMap((hold) => (hold.subjectToken === null ? [] : [hold.subjectToken]));
}
