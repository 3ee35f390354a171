import { exportNamed } from '../../../domain/metrics/catalogue.ts';
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
  const gauge = (name: string) => {
    const { help, labels } = exportNamed(name);
    return new Gauge({ name, help, labelNames: [...labels], registers });
  };
  const counter = (name: string) => new Counter({ name, help: exportNamed(name).help, registers });
  const unacknowledged = gauge(LEAK_GAUGES.unacknowledged);
  const rows = counter('docket_leak_scan_rows_total');
  const found = counter('docket_leak_scan_leaks_total');
  const pending = gauge('docket_leak_scan_pending_offsets');
  pending.remove();
  const failures = counter('docket_leak_scan_failures_total');
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
