import { inputOfTopic } from '../../../domain/contract/inputs.ts';
import type { LeakSink } from '../../../domain/leaks/leak-sink.ts';
import { OTHER_TENANTS } from '../../../domain/recording/quarantine-excess.ts';
import type { Logger } from '../../../platform/log/logger.ts';
import type { Registry } from '../../../platform/prometheus/metrics-registry.ts';
import type { BatchReport, RecorderReport } from '../metrics.ts';
import type { PartitionId } from '../ports.ts';
import { createRecorderMetrics, type RecorderMetrics } from './recorder-metrics.ts';

/** Reports to a Prometheus registry, the log, and, of leaks, to whoever keeps them. */
export function createRecorderReport(registry: Registry, log: Logger, tellLeak: LeakSink): RecorderReport {
  const metrics = createRecorderMetrics(registry);
  const { rows, quarantined, lost } = metrics;

  const batch = ({ topic, partition }: PartitionId, report: BatchReport): void => {
    const { judged, records, appended } = report;
    for (const block of judged.blocks) rows.inc({ topic, table: block.table }, block.offsets.length);
    for (const { record } of judged.refused) quarantined.inc({ topic, reason: String(record.reason) });
    for (const range of report.lost) {
      lost.inc({ topic, cause: range.cause }, range.lastOffset - range.firstOffset + 1);
      // A marker of a transaction is no loss; what the log had and gave up is.
      if (range.cause === 'TRIMMED') log.error({ topic, partition, ...range }, 'offsets are lost');
      else log.info({ topic, partition, ...range }, 'offsets hold no record');
    }
    metrics.batchRows.observe({ topic }, records);
    metrics.watermark.set({ topic, partition }, report.watermarkMs / 1000);
    if (appended !== null) {
      metrics.recordedUpTo.set({ topic, partition }, appended.lastMs / 1000);
      // The first has waited longest and the last least; all others lie between.
      for (const appendMs of [appended.firstMs, appended.lastMs]) {
        metrics.freshness.observe({ topic }, Math.max(0, Date.now() - appendMs) / 1000);
      }
    }
    log.debug({ topic, partition, records }, 'batch recorded');
  };

  const excess = createExcessReport(metrics.excess, log);

  return {
    batch,
    excess,
    leaked: ({ topic, partition }, leaks) => {
      log.error({ topic, partition, leaks: leaks.length }, 'the final gate blanked texts');
      const { table } = inputOfTopic(topic);
      for (const { offset, tenantId, path, rule } of leaks) {
        const at = { topic, partition, offset };
        tellLeak({ source: 'GATE', tenantId, table, at, path, rule, count: 1, foundAtMs: Date.now() });
      }
    },
    stopped: ({ topic, partition }, offset) => {
      metrics.stopped.set({ topic, partition }, offset === null ? 0 : 1);
      if (offset !== null)
        log.error({ topic, partition, offset }, 'partition stopped: nothing can be decoded');
    },
    taken: ({ topic, partition }, nextOffset, waitedSeconds) => {
      metrics.takeOvers.observe(waitedSeconds);
      log.info({ topic, partition, nextOffset, waitedSeconds }, 'partition taken');
    },
    failed: ({ topic, partition }, err) => {
      metrics.failures.inc({ topic });
      log.warn({ topic, partition, err }, 'failed; will try again');
    },
    inserted: (_at, table, seconds) => metrics.inserts.observe({ table }, seconds),
    retried: ({ topic, partition }, table, code) => {
      metrics.failures.inc({ topic });
      metrics.retries.inc({ table, code });
      log.warn(
        { topic, partition, table, code },
        'an insert failed; will look what is stored, and try again',
      );
    },
    leaseRefused: ({ topic, partition }, cause) => {
      metrics.leaseRefusals.inc({ cause });
      log.warn({ topic, partition, cause }, 'no insert: the lease is over');
    },
    leaseFailed: (code) => metrics.leaseFailures.inc({ code }),
    vaultUnavailable: (isUnavailable, code) => {
      metrics.vaultUnavailable.set(isUnavailable ? 1 : 0);
      if (isUnavailable) log.error({ code }, 'the vault gives no keys: nothing that needs them is stored');
      else log.info('nothing waits for the vault any more');
    },
    paused: ({ topic, partition }) => {
      metrics.pauses.inc({ topic });
      log.debug({ topic, partition }, 'queue full, paused');
    },
    rebalanced: (partitions) => {
      metrics.rebalances.inc();
      for (const [fate, count] of Object.entries(partitions)) metrics.partitions.inc({ fate }, count);
      log.info(partitions, 'partitions assigned');
    },
    lag: ({ topic, partition }, records) => metrics.lag.set({ topic, partition }, records),
    watermark: ({ topic, partition }, watermarkMs) =>
      metrics.watermark.set({ topic, partition }, watermarkMs / 1000),
    trimmed: ({ topic, partition }, offsets, start) => {
      metrics.trimmed.inc({ topic }, offsets);
      log.info({ topic, partition, offsets, start }, 'raw log trimmed behind what is recorded');
    },
    trimFailed: (topic, err) => {
      metrics.trimFailures.inc({ part: topic === null ? 'barriers' : 'log' });
      log.warn({ topic, err }, 'raw logs were not trimmed; will try again');
    },
    trimEnded: () => metrics.lastTrim.set(Date.now() / 1000),
  };
}

const MAX_TENANT_SERIES = 100;

/** Sets, for each tenant, in how many partitions it is in excess. Tenants come from keys: series are bounded. */
function createExcessReport(gauge: RecorderMetrics['excess'], log: Logger): RecorderReport['excess'] {
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
