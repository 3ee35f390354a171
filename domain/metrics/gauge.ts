/** What is exported under one name. */
export interface ExportedMetric {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly unit: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** A gauge that is no windowed count. */
export function gauge(name: string, unit: string, help: string, ...labels: string[]): ExportedMetric {
  return { name, type: 'gauge', unit, help, labels };
}
