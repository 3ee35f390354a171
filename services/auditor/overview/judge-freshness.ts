import type { ClosedRange } from './overview-data.ts';

/** How a figure is shown. `none`: there is no data, which is never the same as good. */
export type Status = 'good' | 'warn' | 'bad' | 'none';

export interface Freshness {
  readonly status: Status;
  /** We cannot see the present: nothing on the page says that all is well now. */
  readonly blind: boolean;
  /** Age of the watermark, ms; null if there is none. */
  readonly ageMs: number | null;
  /** Why it is not good; empty if it is. */
  readonly reason: string;
}

const MIN_BLIND_AFTER_MS = 15_000;
/** The evaluator closes a minute when the watermark has passed it; a few more are in the works. */
const MAX_MINUTES_BEHIND = 4;

/**
 * Whether the page shows the present. Blind: a partition was never recorded, or the watermark is older than two
 * minutes of the evaluator's (at least 15 s). Behind: records are there, but the evaluator does not close minutes.
 */
export function judgeFreshness(
  watermarkMs: number | null,
  closed: ClosedRange | null,
  nowMs: number,
): Freshness {
  if (watermarkMs === null) {
    const reason = 'Some partition has never been recorded, so nothing is known to be complete.';
    return { status: 'bad', blind: true, ageMs: null, reason };
  }
  const ageMs = Math.max(0, nowMs - watermarkMs);
  const bucketMs = closed?.bucketMs ?? 60_000;
  if (ageMs > Math.max(MIN_BLIND_AFTER_MS, 2 * bucketMs)) {
    const reason = 'The recorder is not keeping up or not running: what happened since then is not shown.';
    return { status: 'bad', blind: true, ageMs, reason };
  }
  if (closed === null) {
    const reason = 'The evaluator has not closed a minute yet: there are no figures.';
    return { status: 'warn', blind: false, ageMs, reason };
  }
  if (watermarkMs - closed.untilMs > MAX_MINUTES_BEHIND * bucketMs) {
    const reason = 'Records arrive, but the evaluator is behind or not running: the figures below are old.';
    return { status: 'bad', blind: true, ageMs, reason };
  }
  return { status: 'good', blind: false, ageMs, reason: '' };
}
