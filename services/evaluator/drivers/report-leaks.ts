import { LEAK_GAUGES } from '../../../domain/slo/metric-names.ts';
import type { Logger } from '../../../platform/log/logger.ts';
import { Counter, Gauge, type Registry } from '../../../platform/prometheus/metrics-registry.ts';
import type { UnacknowledgedLeaks } from '../ports.ts';

export interface LeakReport {
  unacknowledged(leaks: UnacknowledgedLeaks): void;
  /** The table could not be read: no number is better than an old one, or a 0 that nobody counted. */
  unknown(error: unknown): void;
  scanned(step: { readonly rows: number; readonly leaks: number; readonly pending: number }): void;
  scanFailed(error: unknown): void;
}

/** Leaks as metrics; whatever is not known has no sample. */
export function createLeakReport(registry: Registry, log: Logger): LeakReport {
  const registers = [registry];
  const unacknowledged = new Gauge({
    name: LEAK_GAUGES.unacknowledged,
    help: 'Leaks that nobody has acknowledged, by source; absent while that cannot be read',
    labelNames: ['source'],
    registers,
  });
  const rows = new Counter({
    name: 'docket_leak_scan_rows_total',
    help: 'Stored records looked through again',
    registers,
  });
  const found = new Counter({
    name: 'docket_leak_scan_leaks_total',
    help: 'Leaks that the scan found',
    registers,
  });
  const pending = new Gauge({
    name: 'docket_leak_scan_pending_offsets',
    help: 'Offsets that are recorded and not looked through under the newest ruleset; absent while that is not known',
    labelNames: [],
    registers,
  });
  pending.remove();
  const failures = new Counter({
    name: 'docket_leak_scan_failures_total',
    help: 'Steps of the scan, or reads of the table of leaks, that failed; each is tried again',
    registers,
  });
  return {
    unacknowledged: (leaks) => {
      for (const [source, count] of leaks) unacknowledged.set({ source }, count);
    },
    unknown: (err) => {
      unacknowledged.reset();
      failures.inc();
      log.warn({ err }, 'leaks cannot be counted; will try again');
    },
    scanned: (step) => {
      rows.inc(step.rows);
      found.inc(step.leaks);
      pending.set(step.pending);
      if (step.leaks > 0) log.error({ leaks: step.leaks }, 'the scan of stored records found leaks');
    },
    scanFailed: (err) => {
      pending.remove();
      failures.inc();
      log.warn({ err }, 'the scan for leaks failed; will try again');
    },
  };
}
