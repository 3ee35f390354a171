import { OTHER_TENANTS } from '../../../domain/recording/quarantine-excess.ts';
import { RECORDER_GAUGES } from '../../../domain/slo/metric-names.ts';
import type { Logger } from '../../../platform/log/logger.ts';
import { Counter, Gauge, type Registry } from '../../../platform/prometheus/metrics-registry.ts';
import type { RecorderReport } from '../metrics.ts';

/** Reports to a Prometheus registry and the log. */
export function createRecorderReport(registry: Registry, log: Logger): RecorderReport {
  const registers = [registry];
  const byPartition = ['topic', 'partition'] as const;
  const rows = new Counter({
    name: 'docket_recorder_rows_total',
    help: 'Rows stored, by table',
    labelNames: ['topic', 'table'],
    registers,
  });
  const quarantined = new Counter({
    name: 'docket_recorder_quarantined_total',
    help: 'Records put into quarantine, by reason',
    labelNames: ['topic', 'reason'],
    registers,
  });
  const lost = new Counter({
    name: 'docket_recorder_lost_offsets_total',
    help: 'Offsets that held nothing to read, by cause',
    labelNames: ['topic', 'cause'],
    registers,
  });
  const failures = new Counter({
    name: 'docket_recorder_failures_total',
    help: 'Failures of the store or the log; each is tried again',
    labelNames: ['topic'],
    registers,
  });
  const rebalances = new Counter({
    name: 'docket_recorder_rebalances_total',
    help: 'Assignments',
    registers,
  });
  const lag = new Gauge({
    name: 'docket_recorder_lag_records',
    help: 'Records appended and not recorded yet',
    labelNames: byPartition,
    registers,
  });
  const recordedUpTo = new Gauge({
    name: 'docket_recorder_last_append_timestamp_seconds',
    help: 'Append time of the last recorded record',
    labelNames: byPartition,
    registers,
  });
  const stopped = new Gauge({
    name: RECORDER_GAUGES.stopped,
    help: '1 while the partition waits for a person, because nothing in it can be decoded',
    labelNames: byPartition,
    registers,
  });
  const excess = createExcessReport(registry, log);
  return {
    excess,
    stopped: ({ topic, partition }, offset) => {
      stopped.set({ topic, partition }, offset === null ? 0 : 1);
      if (offset !== null)
        log.error({ topic, partition, offset }, 'partition stopped: nothing can be decoded');
    },
    batch: ({ topic, partition }, batch, records, lastAppendMs) => {
      for (const block of batch.judged.blocks) rows.inc({ topic, table: block.table }, block.offsets.length);
      for (const { record } of batch.judged.refused)
        quarantined.inc({ topic, reason: String(record.reason) });
      for (const range of batch.lost) {
        lost.inc({ topic, cause: range.cause }, range.lastOffset - range.firstOffset + 1);
        // A marker of a transaction is no loss; what the log had and gave up is.
        if (range.cause === 'TRIMMED') log.error({ topic, partition, ...range }, 'offsets are lost');
        else log.info({ topic, partition, ...range }, 'offsets hold no record');
      }
      if (records > 0) recordedUpTo.set({ topic, partition }, lastAppendMs / 1000);
      log.debug({ topic, partition, records }, 'batch recorded');
    },
    taken: ({ topic, partition }, nextOffset) =>
      log.info({ topic, partition, nextOffset }, 'partition taken'),
    failed: ({ topic, partition }, err) => {
      failures.inc({ topic });
      log.warn({ topic, partition, err }, 'failed; will try again');
    },
    rebalanced: (partitions) => {
      rebalances.inc();
      log.info({ partitions }, 'partitions assigned');
    },
    lag: ({ topic, partition }, records) => lag.set({ topic, partition }, records),
  };
}

const MAX_TENANT_SERIES = 100;

/** Sets, for each tenant, in how many partitions it is in excess. Tenants come from keys: series are bounded. */
function createExcessReport(registry: Registry, log: Logger): RecorderReport['excess'] {
  const gauge = new Gauge({
    name: RECORDER_GAUGES.excess,
    help: 'Partitions in which a tenant has too much in quarantine',
    labelNames: ['tenant'],
    registers: [registry],
  });
  const series = new Set<string>();
  const byPartition = new Map<string, readonly string[]>();
  const labelOf = (tenant: string) => {
    if (!series.has(tenant) && series.size >= MAX_TENANT_SERIES) return OTHER_TENANTS;
    series.add(tenant);
    return tenant;
  };
  return ({ topic, partition }, tenants) => {
    const key = `${topic}/${partition}`;
    const before = byPartition.get(key) ?? [];
    if (before.length === 0 && tenants.length === 0) return;
    byPartition.set(key, tenants);
    const counts = new Map([...series, OTHER_TENANTS].map((tenant) => [tenant, 0]));
    for (const tenant of [...byPartition.values()].flat()) {
      const label = labelOf(tenant);
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
    for (const [tenant, count] of counts) gauge.set({ tenant }, count);
    for (const tenant of tenants)
      if (!before.includes(tenant)) log.warn({ topic, partition, tenant }, 'too much in quarantine');
  };
}
