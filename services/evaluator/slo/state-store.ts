import type { SloSeries } from './list-series.ts';

/** What objectives stand at, for those who look without Prometheus. */
export interface SloStateStore {
  /** The series as of the end of the last closed minute, which replace those of before. */
  save(series: readonly SloSeries[], endMs: number): Promise<void>;
}
