import type { CountGauge } from './count.ts';

/** One metric, as people speak of it: what is exported under one or more names, and how to read it. */
export interface Metric {
  /** M1…M15, the layers' L5…L12, and A… for what is told besides. */
  readonly id: string;
  readonly title: string;
  /** What it is, as a formula in words. */
  readonly definition: string;
  /** Tables and columns that it is computed from. */
  readonly source: string;
  /** PromQL over one evaluator's series. Null where the gauges are the answer. */
  readonly query: string | null;
  /** Names of what is exported for it. Empty while it is not computed. */
  readonly exports: readonly string[];
  readonly gotcha: string;
  /** What it will read, while it is not computed, or not wholly. */
  readonly planned: string | null;
}

/** A metric that is computed. `given.counts` are exported for it, beside `given.also`. */
export function computed(given: {
  readonly id: string;
  readonly title: string;
  readonly definition: string;
  readonly source: string;
  readonly query?: string;
  readonly counts?: readonly CountGauge[];
  readonly also?: readonly string[];
  readonly gotcha: string;
  readonly planned?: string;
}): Metric {
  const { id, title, definition, source, gotcha } = given;
  const exports = [...(given.counts ?? []).map(({ name }) => name), ...(given.also ?? [])];
  return {
    id,
    title,
    definition,
    source,
    query: given.query ?? null,
    exports,
    gotcha,
    planned: given.planned ?? null,
  };
}

/** A share of two counts of the same scope: no answer where nothing was counted. */
export function shareOf(part: CountGauge, whole: CountGauge, window = '1h'): string {
  return `${part.name}{window="${window}"} / (${whole.name}{window="${window}"} > 0)`;
}
