import { setTimeout as sleep } from 'node:timers/promises';
import type { Incident } from '../../domain/contract/events.ts';
import { inputOf } from '../../domain/contract/inputs.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { withRecords } from '../open-records.ts';
import { parseTime } from '../parse-time.ts';
import type { ConnectionFlags } from '../quarantine/open-quarantine.ts';
import { createAccessRecorder } from '../quarantine/record-access.ts';
import { createStatementStore, type RecordedPartition } from '../statements/statement-store.ts';
import {
  type CapturedEvidence,
  captureEvidence,
  EVIDENCE_SUBJECTS,
  prepareDirectory,
} from './capture-evidence.ts';
import { createEvidenceStore, type EvidenceScope } from './evidence-store.ts';
import { createIncidentStore } from './incident-store.ts';
import { createRecordProver } from './prove-records.ts';
import { publishStep, requireNewest } from './publish-step.ts';
import { nextStep } from './read-incident-flags.ts';

export type CaptureFlags = ConnectionFlags & {
  readonly tenant: string;
  readonly out: string;
  readonly from?: string;
  readonly until?: string;
  readonly limit: number;
  readonly allPolicies?: true;
  readonly json?: true;
};

const HOUR_MS = 3_600_000;
/** The recorder may put its progress off by so much behind what is stored. */
const PROGRESS_WITHIN_MS = 10_000;
const RETRY_MS = 500;
const TOPICS = new Set(EVIDENCE_SUBJECTS.map((subject) => inputOf(subject).topic));

/**
 * `docket incident capture`: exports the evidence into a directory and records its digest as a step of the incident. The
 * read is in the access log before anything is written. Exit 1 when a record contradicts what was sealed.
 */
export async function capture(id: string, flags: CaptureFlags): Promise<void> {
  const registry = loadReleasedSchemas();
  await withRecords(flags, async ({ clickhouse, producer }) => {
    const nowMs = Date.now();
    const incidents = createIncidentStore(clickhouse, registry);
    const incident = await requireNewest(incidents, flags.tenant, id);
    const scope = scopeOf(incident, flags, nowMs);
    await prepareDirectory(flags.out);
    const recordAccess = createAccessRecorder(producer, { actor: flags.actor, tenant: flags.actorTenant });
    const evidence = await exportEvidence(clickhouse, registry, { id, flags, scope, nowMs }, recordAccess);
    const step = nextStep('UPDATED', incident, { tenant: flags.tenant, actor: flags.actor }, Date.now());
    await publishStep(producer, incidents, registry, { ...step, evidence_digest: evidence.digest });
    tell(evidence, flags);
  });
}

interface Capture {
  readonly id: string;
  readonly flags: CaptureFlags;
  readonly scope: EvidenceScope;
  readonly nowMs: number;
}

async function exportEvidence(
  clickhouse: ClickHouse,
  registry: SchemaRegistry,
  { id, flags, scope, nowMs }: Capture,
  recordAccess: ReturnType<typeof createAccessRecorder>,
): Promise<CapturedEvidence> {
  const store = createEvidenceStore(clickhouse, registry);
  const statements = createStatementStore(clickhouse, registry);
  let rows = 0;
  for (const subject of EVIDENCE_SUBJECTS) rows += Math.min(flags.limit, await store.count(subject, scope));
  const period = {
    from: new Date(scope.fromMs).toISOString(),
    until: new Date(scope.untilMs).toISOString(),
  };
  await recordAccess({
    action: 'incident.capture',
    filters: { incident: id, tenant: flags.tenant, ...period },
    rows,
  });
  const partitions = await readPartitions(statements, clickhouse);
  const lostSchema = registry.newest('recorded-lost');
  const prover = createRecordProver({ statements, evidence: store, partitions, lostSchema });
  const { out: directory, limit } = flags;
  return captureEvidence({
    ...{ directory, incidentId: id, scope, limit, nowMs, partitions, registry, store, prover },
  });
}

/** Partitions with the roots that cover what is stored of them, or as much as is saved by the deadline. */
async function readPartitions(
  statements: ReturnType<typeof createStatementStore>,
  clickhouse: ClickHouse,
): Promise<RecordedPartition[]> {
  const ends = await clickhouse.query<{ topic: string; partition: number; next: number }>(
    [...EVIDENCE_SUBJECTS]
      .map((subject) => inputOf(subject).table)
      .map(
        (table) => `SELECT topic, partition, max(offset) + 1 AS next FROM ${table} GROUP BY topic, partition`,
      )
      .join(' UNION ALL '),
  );
  const deadlineMs = Date.now() + PROGRESS_WITHIN_MS;
  for (;;) {
    const partitions = (await statements.readPartitions()).filter(({ topic }) => TOPICS.has(topic));
    const isCovered = ends.every(({ topic, partition, next }) =>
      partitions.some((at) => at.topic === topic && at.partition === partition && at.nextOffset >= next),
    );
    if (isCovered || Date.now() > deadlineMs) return partitions;
    await sleep(RETRY_MS);
  }
}

function scopeOf(incident: Incident, flags: CaptureFlags, nowMs: number): EvidenceScope {
  const { impact_started_at: startedUs, detected_at: detectedUs, mitigated_at: mitigatedUs } = incident;
  const noticedMs = (detectedUs ?? incident.occurred_at) / 1000;
  const startMs = startedUs === null ? noticedMs - HOUR_MS : startedUs / 1000;
  const fromMs = Math.floor(flags.from === undefined ? startMs : parseTime('--from', flags.from, nowMs));
  const endMs = mitigatedUs === null ? nowMs : mitigatedUs / 1000;
  const untilMs = Math.ceil(flags.until === undefined ? endMs : parseTime('--until', flags.until, nowMs));
  if (untilMs <= fromMs) throw new Error('--until must be after --from');
  const policy = flags.allPolicies === true ? null : (incident.policy?.id ?? null);
  return { tenant: flags.tenant, fromMs, untilMs, policy };
}

function tell({ digest, files }: CapturedEvidence, flags: CaptureFlags): void {
  const sum = (of: 'records' | 'unproven' | 'broken' | 'found') =>
    files.reduce((total, file) => total + file[of], 0);
  const [records, unproven, broken] = [sum('records'), sum('unproven'), sum('broken')];
  const cut = sum('found') - records;
  if (broken > 0) process.exitCode = 1;
  if (flags.json) {
    const summary = { evidence_digest: digest.toString('hex'), records, unproven, broken, left_out: cut };
    console.log(JSON.stringify(summary));
    return;
  }
  for (const file of files) console.log(`${String(file.records).padStart(8)}  ${file.name}`);
  console.log(`Evidence digest (of manifest.json, recorded with the incident): ${digest.toString('hex')}`);
  if (cut > 0) console.log(`${cut} records are left out: raise --limit, or capture a shorter time.`);
  if (unproven > 0)
    console.log(
      `${unproven} records have no proof: they are newer than the saved root, or their tile is not whole.`,
    );
  if (broken > 0)
    console.error(
      `${broken} records contradict what was sealed. That is a finding: docket statements verify`,
    );
}
