import type { CountScope } from '../../../domain/metrics/count.ts';

/** Amounts of one count, one for each of COUNT_WINDOWS. Places that its scope does not have are empty. */
export interface CountRow {
  readonly metric: string;
  readonly tenant: string;
  readonly service: string;
  readonly policy: string;
  readonly detail: string;
  readonly amounts: readonly number[];
}

/** Name under which what is beyond a bound is shown together. Nothing is left out, so sums stay right. */
export const OTHER = '__other__';

/** The most policies of all tenants, and the most details (rules, versions, …) of a policy or tenant. */
export interface CountBounds {
  readonly maxPolicies: number;
  readonly maxDetails: Readonly<Record<CountScope, number>>;
}

/**
 * The rows of one scope with what is beyond the bounds folded into OTHER. Those with the largest amounts over the
 * longest window stay, by name where they are equal, so that every evaluator keeps the same; all counts of the scope
 * keep the same ones, so that one can be divided by the other.
 */
export function foldTail(rows: readonly CountRow[], scope: CountScope, bounds: CountBounds): CountRow[] {
  const policies = keepLargest(
    rows.filter(({ policy }) => policy !== ''),
    ({ tenant, policy }) => [tenant, policy],
    bounds.maxPolicies,
  );
  const inBounds = rows.map((row) =>
    row.policy === '' || policies.has(keyOf([row.tenant, row.policy])) ? row : { ...row, policy: OTHER },
  );
  const kept = new Set<string>();
  const groups = Map.groupBy(inBounds, ({ tenant, service, policy }) => keyOf([tenant, service, policy]));
  for (const group of groups.values()) {
    for (const key of keepLargest(group, detailKey, bounds.maxDetails[scope])) kept.add(key);
  }
  return addEqual(
    inBounds.map((row) =>
      row.detail === '' || kept.has(keyOf(detailKey(row))) ? row : { ...row, detail: OTHER },
    ),
  );
}

function detailKey({ tenant, service, policy, detail }: CountRow): readonly string[] {
  return [tenant, service, policy, detail];
}

function keepLargest(
  rows: readonly CountRow[],
  keyParts: (row: CountRow) => readonly string[],
  max: number,
): Set<string> {
  const sizes = new Map<string, number>();
  for (const row of rows) {
    const key = keyOf(keyParts(row));
    sizes.set(key, (sizes.get(key) ?? 0) + (row.amounts.at(-1) ?? 0));
  }
  const largestFirst = [...sizes].sort(
    ([a, sizeA], [b, sizeB]) => sizeB - sizeA || (a < b ? -1 : a > b ? 1 : 0),
  );
  return new Set(largestFirst.slice(0, max).map(([key]) => key));
}

function addEqual(rows: readonly CountRow[]): CountRow[] {
  const sums = new Map<string, CountRow>();
  for (const row of rows) {
    const key = keyOf([row.metric, ...detailKey(row)]);
    const sum = sums.get(key);
    const amounts = row.amounts.map((amount, index) => amount + (sum?.amounts[index] ?? 0));
    sums.set(key, { ...row, amounts });
  }
  return [...sums.values()];
}

function keyOf(parts: readonly string[]): string {
  return JSON.stringify(parts);
}
