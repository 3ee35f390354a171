import { z } from 'zod';

const costBudgets = z.strictObject({
  budgets: z.array(
    z.strictObject({
      tenant: z.string().min(1, 'must name a tenant'),
      micros_per_30_days: z.int().positive('must be above 0: nothing divides by 0'),
    }),
  ),
});

/** Cost budgets by tenant, from the value of a YAML file; or every problem of it, without values. */
export function readCostBudgets(
  value: unknown,
): ReadonlyMap<string, number> | { readonly problems: readonly string[] } {
  const parsed = costBudgets.safeParse(value);
  if (!parsed.success) {
    return { problems: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) };
  }
  const budgets = new Map<string, number>();
  const problems: string[] = [];
  for (const [index, { tenant, micros_per_30_days }] of parsed.data.budgets.entries()) {
    if (budgets.has(tenant)) problems.push(`budgets.${index}.tenant: stands twice`);
    budgets.set(tenant, micros_per_30_days);
  }
  return problems.length > 0 ? { problems } : budgets;
}
