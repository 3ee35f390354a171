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

/** A gauge over a window, replicas merged and the rest of its labels summed. */
export function sumOf(
  { name }: { readonly name: string },
  about: readonly SubjectLabel[],
  window: WindowName,
): string {
  return `sum by (${about.join(', ')}) (max without (instance, job) (${name}{window="${window}"}))`;
}
