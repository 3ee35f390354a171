import { createHash } from 'node:crypto';
import { mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { recordToJson } from '../../domain/audit/record-json.ts';
import { leafHash } from '../../domain/contract/leaf.ts';
import type { ReleasedSchema, SchemaRegistry } from '../../domain/contract/registry.ts';
import type { RecordedPartition } from '../statements/statement-store.ts';
import {
  type EvidenceRecord,
  type EvidenceScope,
  type EvidenceStore,
  recordedVersions,
} from './evidence-store.ts';
import type { Proven, RecordProver } from './prove-records.ts';

/** Kinds of records that say what happened; each becomes a file. */
export const EVIDENCE_SUBJECTS = [
  'decision',
  'enforcement-outcome',
  'policy-change',
  'label',
  'incident',
  'slo-adjustment',
] as const;

const PAGE = 2_000;
const OWNER_ONLY = 0o600;

export interface CaptureOptions {
  readonly directory: string;
  readonly incidentId: string;
  readonly scope: EvidenceScope;
  /** Most records of each kind. */
  readonly limit: number;
  readonly nowMs: number;
  readonly partitions: readonly RecordedPartition[];
  readonly registry: SchemaRegistry;
  readonly store: EvidenceStore;
  readonly prover: RecordProver;
}

interface EvidenceFile {
  readonly name: string;
  readonly subject: string;
  /** How many the store holds; more than `records` where the limit cut them. */
  readonly found: number;
  readonly records: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Records without a proof, and those that contradict what was sealed. */
  readonly unproven: number;
  readonly broken: number;
}

export interface CapturedEvidence {
  /** SHA-256 of manifest.json (32 bytes): it covers every file. */
  readonly digest: Buffer;
  readonly files: readonly EvidenceFile[];
}

/** Makes the directory, readable by its owner only. Throws an Error when there is something in it. */
export async function prepareDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if ((await readdir(directory)).length > 0)
    throw new Error('--out: there is something in this directory; name one that is empty or does not exist');
}

/**
 * Writes what the store holds of an incident's time: for each kind of record one file of JSON lines, each with the exact
 * bytes that its leaf was made of and a proof that the leaf stands under the saved root; and a manifest with the digest
 * of every file. What it writes is what was recorded: redacted, without what lies in boxes.
 */
export async function captureEvidence(options: CaptureOptions): Promise<CapturedEvidence> {
  const files: EvidenceFile[] = [];
  for (const subject of EVIDENCE_SUBJECTS) files.push(await captureSubject(subject, options));
  const { scope, incidentId, directory, nowMs, partitions } = options;
  const time = (ms: number) => new Date(ms).toISOString();
  const manifest = {
    format: 'docket-evidence/1',
    incident_id: incidentId,
    tenant: scope.tenant,
    policy: scope.policy,
    from: time(scope.fromMs),
    until: time(scope.untilMs),
    captured_at: time(nowMs),
    files,
    roots: partitions.map(({ topic, partition, nextOffset, root }) => ({
      ...{ topic, partition, size: nextOffset, root: root.toString('hex') },
    })),
  };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  await writeFile(join(directory, 'manifest.json'), text, { mode: OWNER_ONLY, flag: 'wx' });
  return { digest: createHash('sha256').update(text).digest(), files };
}

async function captureSubject(subject: string, options: CaptureOptions): Promise<EvidenceFile> {
  const { store, scope, limit, directory, registry, prover } = options;
  const name = `${subject}s.jsonl`;
  const schemas = recordedVersions(registry, subject);
  const hash = createHash('sha256');
  const counts = { records: 0, bytes: 0, unproven: 0, broken: 0 };
  const found = await store.count(subject, scope);
  const file = await open(join(directory, name), 'wx', OWNER_ONLY);
  try {
    let after = { partition: 0, offset: -1 };
    while (counts.records < limit) {
      const page = await store.readPage(subject, scope, after, Math.min(PAGE, limit - counts.records));
      const last = page.at(-1);
      if (last === undefined) break;
      for (const record of page) {
        const schema = schemaOf(record, schemas);
        const proven: Proven =
          schema === null
            ? { reason: 'broken' }
            : await prover.prove(record.topic, record.partition, record.offset, record.leaf);
        if ('reason' in proven) counts[proven.reason]++;
        const line = Buffer.from(`${JSON.stringify(toLine(record, schema, schemas, proven))}\n`);
        hash.update(line);
        counts.records++;
        counts.bytes += line.length;
        await file.write(line);
      }
      after = { partition: last.partition, offset: last.offset };
    }
  } finally {
    await file.close();
  }
  return { name, subject, found, ...counts, sha256: hash.digest('hex') };
}

/** The version under which a record was sealed; null if none gives its leaf. */
function schemaOf(record: EvidenceRecord, schemas: readonly ReleasedSchema[]): ReleasedSchema | null {
  return (
    schemas.find((schema) =>
      leafHash(schema.sha256, schema.encode({ ...record.fields })).equals(record.leaf),
    ) ?? null
  );
}

function toLine(
  record: EvidenceRecord,
  schema: ReleasedSchema | null,
  schemas: readonly ReleasedSchema[],
  proven: Proven,
): object {
  const shown = schema ?? schemas[0];
  return {
    record: shown === undefined ? null : recordToJson(shown.type, record.fields),
    leaf: record.leaf.toString('hex'),
    schema: schema === null ? null : { id: schema.id, sha256: schema.sha256.toString('hex') },
    canonical: schema === null ? null : schema.encode({ ...record.fields }).toString('base64'),
    proof:
      'reason' in proven
        ? null
        : {
            index: proven.proof.index,
            size: proven.proof.size,
            root: proven.proof.root.toString('hex'),
            path: proven.proof.path.map((node) => node.toString('hex')),
          },
  };
}
