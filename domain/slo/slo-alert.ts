import type { Severity } from './burn-rate.ts';
import type { Slo } from './definition.ts';
import type { AlertName } from './metric-names.ts';
import type { WindowName } from './windows.ts';

/** One alert of one SLO, before it becomes a rule. `condition` is PromQL over the recorded series. */
export type SloAlert = {
  readonly name: AlertName;
  readonly severity: Severity;
  /** The window in the alert's labels; null where it judges several. */
  readonly window: WindowName | null;
  readonly condition: string;
  readonly forSeconds: number;
  /** Short, for the summary. */
  readonly what: string;
  readonly describe: (value: string) => string;
  readonly valueFormat: '%.0f' | '%.1f';
};

/** A recorded series of one SLO and window, in PromQL. */
export function selectWindow(metric: string, slo: Slo, window: WindowName): string {
  return `${metric}{slo="${slo.name}",window="${window}"}`;
}
