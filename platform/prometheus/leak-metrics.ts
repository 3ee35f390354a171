import { Counter, type Registry } from './metrics-registry.ts';

/** Counts leaks where they are found. Labels are closed sets. */
export interface LeakMetrics {
  /** A text of a log line was replaced. */
  readonly logLeak: (rule: string) => void;
  /** What became of a leak on its way to the table. */
  readonly event: (source: string, fate: string) => void;
  /** An insert of leaks failed; it is tried again. */
  readonly writeFailed: () => void;
}

/** The counters that every service has that can find a leak. */
export function createLeakMetrics(registry: Registry): LeakMetrics {
  const registers = [registry];
  const logLeaks = new Counter({
    name: 'docket_log_leaks_total',
    help: 'Texts replaced in the service’s own log, by rule',
    labelNames: ['rule'],
    registers,
  });
  const events = new Counter({
    name: 'docket_leak_events_total',
    help: 'Leaks found, by source and by whether they were put on their way to the table',
    labelNames: ['source', 'fate'],
    registers,
  });
  const failures = new Counter({
    name: 'docket_leak_write_failures_total',
    help: 'Inserts of leaks that failed; each is tried again',
    registers,
  });
  return {
    logLeak: (rule) => logLeaks.inc({ rule }),
    event: (source, fate) => events.inc({ source, fate }),
    writeFailed: () => failures.inc(),
  };
}
