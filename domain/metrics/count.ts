import type { WindowName } from '../slo/windows.ts';

/**
 * What a count is counted by, as labels of its gauge. A row of metric_minutes has a place for each: tenant, service,
 * policy, and one detail, which is the last label where that is none of these.
 */
export const SCOPE_LABELS = {
  tenant: ['tenant'],
  reason: ['tenant', 'reason'],
  service: ['tenant', 'service'],
  point: ['tenant', 'service', 'enforcement_point'],
  observer: ['tenant', 'service', 'observer'],
  policy: ['tenant', 'policy'],
  version: ['tenant', 'policy', 'version'],
  rule: ['tenant', 'policy', 'rule'],
  stratum: ['tenant', 'policy', 'stratum'],
  region: ['tenant', 'policy', 'region'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type CountScope = keyof typeof SCOPE_LABELS;

/** Something that is summed for each closed minute and shown as a sum over windows that end with the last of them. */
export interface CountGauge {
  /** The gauge's name in Prometheus, and the count's in the table metric_minutes. */
  readonly name: string;
  readonly unit: string;
  readonly help: string;
  readonly scope: CountScope;
  readonly windows: readonly WindowName[];
}

/** Windows of what happens all the time, and of what happens now and then. */
export const FLOW_WINDOWS: readonly WindowName[] = ['5m', '1h', '1d'];
export const RARE_WINDOWS: readonly WindowName[] = ['1h', '1d', '30d'];

/** All windows over which counts are summed, shortest first. */
export const COUNT_WINDOWS: readonly WindowName[] = ['5m', '1h', '1d', '30d'];

/** A scope's way to write counts: name (without `docket_`), unit, help. */
export function countsBy(
  scope: CountScope,
  windows: readonly WindowName[],
): (name: string, unit: string, help: string) => CountGauge {
  return (name, unit, help) => ({ name: `docket_${name}`, unit, help, scope, windows });
}
