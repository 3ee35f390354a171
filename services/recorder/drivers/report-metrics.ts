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
  return {
    batch: ({ topic, partition }, batch, records, lastAppendMs) => {
      for (const block of batch.judged.blocks) rows.inc({ topic, table: block.table }, block.offsets.length);
      for (const [reason, count] of batch.judged.rejected) quarantined.inc({ topic, reason }, count);
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
