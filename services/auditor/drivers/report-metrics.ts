import { Counter, Histogram, type Registry } from '../../../platform/prometheus/metrics-registry.ts';
import type { AuditorReport } from '../ports.ts';

export interface AuditorMetrics extends AuditorReport {
  request(route: string, status: number): void;
  query(name: string, seconds: number): void;
}

/** The auditor's metrics. Labels are codes of ours: routes, reasons, names of statements. */
export function createAuditorMetrics(registry: Registry): AuditorMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'docket_auditor_requests_total',
    help: 'Requests answered, by route and status',
    labelNames: ['route', 'status'] as const,
    registers,
  });
  const recorded = new Counter({
    name: 'docket_auditor_reads_recorded_total',
    help: 'Reads that the access log holds, by action and whether they were granted',
    labelNames: ['action', 'granted'] as const,
    registers,
  });
  const refused = new Counter({
    name: 'docket_auditor_reads_refused_total',
    help: 'Reads that got no data, by reason',
    labelNames: ['reason'] as const,
    registers,
  });
  const queries = new Histogram({
    name: 'docket_auditor_query_seconds',
    help: 'How long ClickHouse took, by statement',
    labelNames: ['query'] as const,
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  return {
    request: (route, status) => requests.inc({ route, status: String(status) }),
    recorded: (action, granted) => recorded.inc({ action, granted: String(granted) }),
    refused: (reason) => refused.inc({ reason }),
    query: (query, seconds) => queries.observe({ query }, seconds),
  };
}
