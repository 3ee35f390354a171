import { INPUTS } from '../contract/inputs.ts';

/** What has a retention of its own. Statements, and requests to forget somebody, are kept for ever. */
export const RETENTION_CLASSES = ['records', 'erasable', 'duplicates', 'quarantine', 'accesses'] as const;
export type RetentionClass = (typeof RETENTION_CLASSES)[number];

/** Kept for ever: they say what was taken away on purpose, and why. */
const NEVER_PRUNED = new Set(['statement', 'erasure-request']);

/** Quarantined records whose tenant could not be read belong to this one, in settings and in statements. */
export const UNKNOWN_TENANT = '_unknown';

/** Tables that a class drops rows of; of `erasable`, the table whose boxes and tokens it clears. */
export function tablesOfClass(retentionClass: RetentionClass): readonly string[] {
  switch (retentionClass) {
    case 'records':
      return INPUTS.filter(({ subject }) => subject !== 'access' && !NEVER_PRUNED.has(subject)).map(
        ({ table }) => table,
      );
    case 'accesses':
      return INPUTS.filter(({ subject }) => subject === 'access').map(({ table }) => table);
    case 'erasable':
      return ['decisions'];
    case 'duplicates':
    case 'quarantine':
      return [retentionClass];
  }
}

/** Columns that hold a person's token, by table; null where there is none. An array column may hold several. */
export const TOKEN_COLUMNS: Readonly<
  Record<string, { readonly one: string | null; readonly many: string | null }>
> = {
  decisions: { one: 'principal_token', many: 'subject_tokens' },
  labels: { one: 'reviewer_token', many: null },
  policy_changes: { one: 'who_token', many: null },
  access_log: { one: 'actor_token', many: null },
  incidents: { one: 'owner_token', many: null },
  slo_adjustments: { one: 'who_token', many: null },
};
