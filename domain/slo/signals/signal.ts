import type { SubjectLabel } from '../alert-text.ts';
import type { Severity } from '../burn-rate.ts';
import type { AlertName } from '../metric-names.ts';
import type { WindowName } from '../windows.ts';

/** An alert on a count or a finding that is no SLO, before it becomes a rule. */
export type Signal = {
  readonly name: AlertName;
  readonly severity: Severity;
  /** Labels that its condition leaves. */
  readonly about: readonly SubjectLabel[];
  /** The window in the alert's labels; null where it judges several, or none. */
  readonly window: WindowName | null;
  /** PromQL over gauges; durations in it are unscaled seconds, written by `duration`. */
  readonly condition: (duration: (seconds: number) => string) => string;
  readonly forSeconds: number;
  /** Short, for the summary. */
  readonly what: string;
  readonly describe: (value: string) => string;
  readonly valueFormat: '%.0f' | '%.1f';
};

/** z of the two-sided 95 % interval. */
const Z = 1.96;

/** A gauge over a window, replicas merged and the rest of its labels summed. */
export function sumOf(
  gauge: string,
  about: readonly SubjectLabel[],
  window: WindowName,
  matchers = '',
): string {
  return `sum by (${about.join(', ')}) (max without (instance, job) (${gauge}{${matchers}window="${window}"}))`;
}

/**
 * Lower bound of Wilson's 95 % interval for the share k / n, in PromQL; no answer for n = 0 (Wilson 1927: a share of
 * few is far from certain, and this says how far).
 */
export function wilsonLower(k: string, n: string): string {
  const [zz, some] = [Number((Z * Z).toPrecision(12)), `(${n} > 0)`];
  return (
    `(${k} / ${some} + ${zz} / (2 * ${some}) - ${Z} * ` +
    `sqrt(${k} / ${some} * (1 - ${k} / ${some}) / ${some} + ${zz} / (4 * ${some} ^ 2)))` +
    ` / (1 + ${zz} / ${some})`
  );
}
