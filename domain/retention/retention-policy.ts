import { z } from 'zod';
import { fitsSafeGrammar } from '../contract/safe-grammar.ts';
import { RETENTION_CLASSES, type RetentionClass } from './retention-classes.ts';

export interface RetentionPolicy {
  /** Tenants that have settings of their own. */
  readonly tenantIds: readonly string[];
  /** Whole days that records are kept after the one they were appended on; null for ever. */
  daysOf(tenantId: string, retentionClass: RetentionClass): number | null;
}

const DAYS = 'give whole days from 1 to 36500, or forever';
const days = z.union([z.literal('forever'), z.int().min(1).max(36_500)], { error: DAYS });
const CLASS_LIST = RETENTION_CLASSES.join(', ');

const classes = {
  records: days,
  erasable: days,
  duplicates: days,
  quarantine: days,
  accesses: days,
} satisfies Record<RetentionClass, typeof days>;

const document = z.strictObject(
  {
    default: z.strictObject(classes, {
      error: `must say how long to keep each of ${CLASS_LIST}, and nothing else`,
    }),
    tenants: z
      .array(
        z.strictObject(
          {
            id: z
              .string({ error: 'give the id of a tenant' })
              .refine((id) => id !== '' && fitsSafeGrammar(id), 'give the id of a tenant'),
            ...Object.fromEntries(Object.entries(classes).map(([name, schema]) => [name, schema.optional()])),
          },
          { error: `must hold an id and some of ${CLASS_LIST}; statements are never dropped` },
        ),
        { error: 'must be a list of tenants' },
      )
      .default([]),
  },
  { error: 'the document must hold "default" and perhaps "tenants", and nothing else' },
);

type Kept = number | 'forever';

/**
 * Reads a retention document (already parsed from YAML): for each class of records, how many days they are kept, by
 * default and by tenant.
 * @returns the policy, or every problem at once, each with its path and without a value.
 */
export function parseRetentionPolicy(
  value: unknown,
): RetentionPolicy | { readonly problems: readonly string[] } {
  const parsed = document.safeParse(value);
  if (!parsed.success)
    return { problems: parsed.error.issues.map((issue) => `${pathText(issue.path)}: ${issue.message}`) };
  const { default: fallback, tenants } = parsed.data;
  const byTenant = new Map<string, Readonly<Record<string, unknown>>>(
    tenants.map((tenant) => [tenant.id, tenant]),
  );
  if (byTenant.size < tenants.length)
    return { problems: ['tenants: an id stands twice; give each tenant once'] };
  return {
    tenantIds: [...byTenant.keys()],
    daysOf: (tenantId, retentionClass) => {
      const kept = (byTenant.get(tenantId)?.[retentionClass] as Kept | undefined) ?? fallback[retentionClass];
      return kept === 'forever' ? null : kept;
    },
  };
}

const DAY_MS = 86_400_000;

/**
 * The day (`2026-11-21`, UTC) before which everything is to go: `days` whole days lie between it and today. Never after
 * `rolledUpUntilMs`: what is dropped must be recorded, sealed and counted. null if nothing is.
 */
export function cutoffDay(nowMs: number, days: number, rolledUpUntilMs: number | null): string | null {
  if (rolledUpUntilMs === null) return null;
  const today = Math.floor(nowMs / DAY_MS);
  const cutoff = Math.min(today - days, Math.floor(rolledUpUntilMs / DAY_MS));
  return new Date(cutoff * DAY_MS).toISOString().slice(0, 10);
}

function pathText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'document' : path.map(String).join('.');
}
