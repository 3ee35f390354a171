import { type Leak, type LeakReporter, type LeakSource, leakRow } from './leak.ts';
import { createLeakLimit } from './limit-leaks.ts';

/** What became of a leak that was found. A closed set: a metric label. */
export type LeakFate = 'queued' | 'over_limit' | 'queue_full';

/** Takes leaks over and returns at once: whoever found one goes on, whatever becomes of telling it. */
export type LeakSink = (leak: Leak) => void;

export interface LeakSinkOptions extends LeakReporter {
  readonly perTenantMinute?: number;
  /** Puts a row on its way; false when there is no room. */
  readonly offer: (row: readonly unknown[]) => boolean;
  readonly count: (source: LeakSource, fate: LeakFate) => void;
  readonly nowMs: () => number;
}

/** Enough to see what is wrong; the rest is counted. */
const PER_TENANT_MINUTE = 100;

/** Leaks on their way to the table: bounded for each tenant, all of them counted. */
export function createLeakSink(options: LeakSinkOptions): LeakSink {
  const allows = createLeakLimit(options.perTenantMinute ?? PER_TENANT_MINUTE);
  return (leak) => {
    if (!allows(leak.tenantId, options.nowMs())) return options.count(leak.source, 'over_limit');
    options.count(leak.source, options.offer(leakRow(leak, options)) ? 'queued' : 'queue_full');
  };
}
