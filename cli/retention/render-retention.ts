import type { RetentionOutcome, RetentionResult } from './run-retention.ts';

/** One line for what became of a tenant's class. */
export function renderRetention({ tenantId, retentionClass, cutoff, outcome }: RetentionResult): string {
  return `${tenantId} ${retentionClass}${cutoff === null ? '' : ` before ${cutoff}`}: ${describe(outcome)}`;
}

function describe(outcome: RetentionOutcome): string {
  switch (outcome.kind) {
    case 'pruned':
      return `${outcome.rows} rows pruned${staying(outcome)}`;
    case 'expired':
      return `${outcome.rows} rows would be pruned${staying(outcome)}`;
    case 'kept':
      return `nothing to prune${staying(outcome)}`;
    case 'held':
      return 'the tenant is held: nothing pruned';
    case 'not_rolled_up':
      return 'the evaluator has not closed a minute yet: nothing pruned';
    case 'failed':
      return `failed: ${messageOf(outcome.error)}`;
  }
}

function staying({ held, inWindow }: { held: number; inWindow: number }): string {
  const parts = [
    ...(held > 0 ? [`${held} stay because somebody is held`] : []),
    ...(inWindow > 0 ? [`${inWindow} stay because the recorder still needs them`] : []),
  ];
  return parts.length === 0 ? '' : `; ${parts.join(', ')}`;
}

/** The results as `--json` gives them. */
export function toJson(results: readonly RetentionResult[]): object {
  const rowsOf = ({ outcome }: RetentionResult) =>
    outcome.kind === 'pruned' || outcome.kind === 'expired' ? outcome.rows : 0;
  return {
    rows: results.reduce((sum, result) => sum + rowsOf(result), 0),
    failed: results.filter(({ outcome }) => outcome.kind === 'failed').length,
    held: results.filter(({ outcome }) => outcome.kind === 'held').length,
    results: results.map(({ tenantId, retentionClass, cutoff, outcome }) => ({
      ...{ tenant: tenantId, class: retentionClass, cutoff },
      ...(outcome.kind === 'failed' ? { kind: 'failed', error: messageOf(outcome.error) } : outcome),
    })),
  };
}

/** The failures of store and vault carry codes and never values. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'failed';
}
