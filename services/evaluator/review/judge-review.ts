import { wilsonInterval } from '../../../domain/statistics/wilson.ts';

/** Fewer labelled blocks than this give no rate. */
const MIN_LABELLED = 30;

/** Labels count for the last 30 days, as budgets do. */
export const REVIEW_MINUTES = 43_200;

/** The result over all policies of a tenant. */
const ALL_POLICIES = '*';

/** Labelled blocks of one policy in the window that ends with one minute. */
export interface LabelledBlocks {
  readonly minuteMs: number;
  readonly tenant: string;
  readonly policy: string;
  readonly blocks: number;
  readonly legitimate: number;
}

export interface ReviewResult extends LabelledBlocks {
  /** Share of legitimate ones among labelled blocks with its Wilson 95 % interval; null: too few labels. */
  readonly estimate: { readonly rate: number; readonly lower: number; readonly upper: number } | null;
}

/**
 * False-positive rates of one minute: one for each policy with labelled blocks, and one over all policies of each
 * tenant, also of a tenant without a single label ("insufficient data" must be said, not left out).
 */
export function judgeReview(
  minuteMs: number,
  tenants: readonly string[],
  labelled: readonly LabelledBlocks[],
): ReviewResult[] {
  const totals = new Map(tenants.map((tenant) => [tenant, { blocks: 0, legitimate: 0 }]));
  for (const { tenant, blocks, legitimate } of labelled) {
    const sum = totals.get(tenant) ?? { blocks: 0, legitimate: 0 };
    totals.set(tenant, { blocks: sum.blocks + blocks, legitimate: sum.legitimate + legitimate });
  }
  const overall = [...totals].map(([tenant, sum]) => ({ minuteMs, tenant, policy: ALL_POLICIES, ...sum }));
  return [...overall, ...labelled].map((counts) => ({ ...counts, estimate: estimate(counts) }));
}

function estimate({ blocks, legitimate }: LabelledBlocks): ReviewResult['estimate'] {
  if (blocks < MIN_LABELLED) return null;
  return { rate: legitimate / blocks, ...wilsonInterval(legitimate, blocks, 0.95) };
}
