import { INPUTS } from '../../../domain/contract/inputs.ts';
import { RECORDER_GAUGES } from '../../../domain/slo/metric-names.ts';
import { Counter, Gauge, Histogram, type Registry } from '../../../platform/prometheus/metrics-registry.ts';

const BY_PARTITION = ['topic', 'partition'] as const;
const INSERT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const FRESHNESS_SECONDS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30, 60, 300, 1800];
const TAKE_OVER_SECONDS = [0.5, 1, 2, 3, 5, 7.5, 10, 15, 30, 60, 300];
const BATCH_ROWS = [1, 10, 100, 500, 1_000, 5_000, 10_000, 20_000, 50_000, 100_000, 500_000];

export type RecorderMetrics = ReturnType<typeof createRecorderMetrics>;

/** Every metric of the recorder’s own. Labels are bounded: topics, partitions, tables, and closed sets of causes. */
export function createRecorderMetrics(registry: Registry) {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter<Label>({ name: `docket_recorder_${name}`, help, labelNames, registers });
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `docket_recorder_${name}`, help, labelNames: BY_PARTITION, registers });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: number[],
  ) => new Histogram<Label>({ name: `docket_recorder_${name}`, help, labelNames, buckets, registers });

  const lost = counter('lost_offsets_total', 'Offsets that held nothing to read, by cause', [
    'topic',
    'cause',
  ]);
  const trimFailures = counter(
    'trim_failures_total',
    'Times that raw logs were not trimmed, by what failed: the log, or asking the vault for barriers',
    ['part'],
  );
  for (const part of ['log', 'barriers']) trimFailures.inc({ part }, 0);

  // From 0: the first loss must show as an increase.
  for (const { topic } of INPUTS) lost.inc({ topic, cause: 'TRIMMED' }, 0);

  return {
    rows: counter('rows_total', 'Rows stored, by table', ['topic', 'table']),
    quarantined: counter('quarantined_total', 'Records put into quarantine, by reason', ['topic', 'reason']),
    lost,
    failures: counter('failures_total', 'Failures of the store or the log; each is tried again', ['topic']),
    retries: counter('insert_retries_total', 'Inserts that failed, by table and the store’s error code', [
      'table',
      'code',
    ]),
    leaseRefusals: counter('lease_refusals_total', 'Inserts not made because the lease was over, by cause', [
      'cause',
    ]),
    leaseFailures: counter(
      'key_lease_failures_total',
      'Leases of keys that the vault did not give, by code',
      ['code'],
    ),
    vaultUnavailable: new Gauge({
      name: RECORDER_GAUGES.vaultUnavailable,
      help: '1 while records wait for keys that the vault does not give',
      registers,
    }),
    pauses: counter('pauses_total', 'Times that a full queue paused its partition', ['topic']),
    rebalances: counter('rebalances_total', 'Assignments', []),
    partitions: counter('rebalanced_partitions_total', 'Partitions kept, taken or released by assignments', [
      'fate',
    ]),
    stopped: new Gauge({
      name: RECORDER_GAUGES.stopped,
      help: '1 while the partition waits for a person, because nothing in it can be decoded',
      labelNames: BY_PARTITION,
      registers,
    }),
    excess: new Gauge({
      name: RECORDER_GAUGES.excess,
      help: 'Partitions in which a tenant has too much in quarantine',
      labelNames: ['tenant'],
      registers,
    }),
    lag: gauge('lag_records', 'Records appended and not recorded yet'),
    watermark: gauge('watermark_timestamp_seconds', 'Everything appended up to then is recorded'),
    recordedUpTo: gauge('last_append_timestamp_seconds', 'Append time of the last recorded record'),
    freshness: histogram(
      'freshness_seconds',
      'From append to stored and progress saved; the first and last record of each batch',
      ['topic'],
      FRESHNESS_SECONDS,
    ),
    trimmed: counter('trimmed_offsets_total', 'Offsets deleted from raw logs; each of them is recorded', [
      'topic',
    ]),
    trimFailures,
    lastTrim: new Gauge({
      name: 'docket_recorder_last_trim_timestamp_seconds',
      help: 'When every raw log of this recorder was last found, or made, to start where it should; 0 if never',
      registers,
    }),
    batchRows: histogram('batch_records', 'Records in a batch', ['topic'], BATCH_ROWS),
    inserts: histogram(
      'insert_duration_seconds',
      'From sending an insert to its answer',
      ['table'],
      INSERT_SECONDS,
    ),
    takeOvers: histogram(
      'take_over_duration_seconds',
      'From the assignment of a partition to reading on: waits for former owners included',
      [],
      TAKE_OVER_SECONDS,
    ),
  };
}
