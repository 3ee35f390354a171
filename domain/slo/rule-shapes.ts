import type { Annotations } from './alert-text.ts';
import type { AlertName } from './metric-names.ts';

export type AlertRule = {
  readonly alert: AlertName;
  readonly expr: string;
  readonly for: string;
  readonly keep_firing_for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Annotations;
};
export type RecordingRule = {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
};
export type RuleGroup = {
  readonly name: string;
  /** How often it is evaluated, where not as often as Prometheus does by itself. */
  readonly interval?: string;
  readonly rules: readonly (RecordingRule | AlertRule)[];
};
