import { INPUTS, inputOf } from '../../../domain/contract/inputs.ts';
import type { SchemaRegistry } from '../../../domain/contract/registry.ts';
import type { FoundDecision, RecordStore, StoredDuplicate, StoredErasable, StoredRecord } from '../ports.ts';
import { conditionOf } from './cause-conditions.ts';
import { type BesideColumn, createRecordTable, tokenColumn } from './clickhouse-records.ts';
import { readOverview } from './overview-queries.ts';
import { type BoundedReader, tenantSelect } from './tenant-select.ts';

const MAX_BESIDE = 100;

/** Filter → condition. The tenant is not among them: `tenantSelect` puts it into every statement. */
const DECISION_CONDITIONS = {
  policy: 'policy_id = {filter_policy:String}',
  policy_version: 'policy_version = {filter_policy_version:String}',
  outcome: 'outcome = {filter_outcome:String}',
  rule: 'has(`rules.id`, {filter_rule:String})',
  trace_id: 'trace_id = toFixedString(unhex({filter_trace_id:String}), 16)',
  request_id: 'request_id = {filter_request_id:String}',
  service: 'service = {filter_service:String}',
  enforcer: 'enforcer_id = {filter_enforcer:String}',
};

/** The column of principals may be null; what lies in an array is somebody's. */
const DECISION_TOKENS: readonly BesideColumn[] = [
  { name: 'principal_token', select: 'lower(hex(principal_token))' },
  { name: 'subject_tokens', select: 'arrayMap(token -> lower(hex(token)), subject_tokens)' },
];

const SUBJECT_TOKEN = 'toFixedString(unhex({subject_token:String}), 16)';
const IS_ABOUT = `(has(subject_tokens, ${SUBJECT_TOKEN}) OR principal_token = ${SUBJECT_TOKEN})`;

const ACCESS_CONDITIONS = {
  action: 'action = {filter_action:String}',
  role: 'role = {filter_role:String}',
  granted: "granted = ({filter_granted:String} = 'true')",
};

/** The store over ClickHouse's tables. */
export function createClickHouseStore(reader: BoundedReader, registry: SchemaRegistry): RecordStore {
  const decisions = createRecordTable(reader, registry, 'decision', DECISION_TOKENS);
  const labels = createRecordTable(reader, registry, 'label', [tokenColumn('reviewer_token')]);
  const accesses = createRecordTable(reader, registry, 'access', [tokenColumn('actor_token')]);
  const ofDecision = 'enforcer_id = {enforcer:String} AND decision_id = {id:UUID}';
  return {
    watermarkMs: () => readWatermark(reader),
    of: (tenant) => ({
      searchDecisions: (search) => decisions.search(tenant, search, DECISION_CONDITIONS),
      searchBehind: (search, cause) =>
        decisions.search(tenant, search, DECISION_CONDITIONS, conditionOf(cause)),
      searchAccesses: (search) => accesses.search(tenant, search, ACCESS_CONDITIONS),
      findDecisions: async (id) => {
        const found = await decisions.find(tenant, 'decision_id = {id:UUID}', { id }, MAX_BESIDE);
        return found.map(withEnforcer);
      },
      findLabels: (enforcer, id) => labels.find(tenant, ofDecision, { enforcer, id }, MAX_BESIDE),
      findErasables: (id) => findErasables(reader, tenant, id),
      searchBySubject: (search, token) => {
        const extra = { where: IS_ABOUT, parameters: { subject_token: token.toString('hex') } };
        return decisions.search(tenant, search, DECISION_CONDITIONS, extra);
      },
      findDuplicates: (enforcer, id) => findDuplicates(reader, tenant, enforcer, id),
      overview: (nowMs) => readOverview(reader, tenant, nowMs),
    }),
  };
}

function withEnforcer(record: StoredRecord): FoundDecision {
  const enforcer = record.json.enforcer as { readonly id: string };
  return { ...record, enforcerId: enforcer.id };
}

async function findErasables(reader: BoundedReader, tenant: string, id: string): Promise<StoredErasable[]> {
  const statement = tenantSelect({
    columns: `topic, partition, offset, toUnixTimestamp64Milli(append_time) AS append_ms, enforcer_id,
      hex(erase_commitment) AS commitment, base64Encode(assumeNotNull(erasable_box)) AS box,
      erasable_box IS NOT NULL AS kept`,
    from: 'decisions',
    where: 'decision_id = {id:UUID}',
    tail: `ORDER BY decisions.append_time, topic, partition, offset LIMIT ${MAX_BESIDE}`,
  });
  const rows = await reader.rows<{
    topic: string;
    partition: number;
    offset: number;
    append_ms: number;
    enforcer_id: string;
    commitment: string | null;
    box: string;
    kept: boolean | number;
  }>('erasables_find', tenant, statement, { id });
  return rows.map((row) => ({
    position: { appendMs: row.append_ms, topic: row.topic, partition: row.partition, offset: row.offset },
    enforcerId: row.enforcer_id,
    commitment: row.commitment === null ? null : Buffer.from(row.commitment, 'hex'),
    box: row.kept ? Buffer.from(row.box, 'base64') : null,
  }));
}

async function findDuplicates(
  reader: BoundedReader,
  tenant: string,
  enforcer: string,
  id: string,
): Promise<StoredDuplicate[]> {
  const statement = tenantSelect({
    columns:
      'topic, partition, offset, toUnixTimestamp64Milli(append_time) AS append_ms, duplicate_of, content',
    from: 'duplicates',
    where: 'topic = {topic:String} AND producer_id = {enforcer:String} AND event_id = {id:UUID}',
    tail: `ORDER BY duplicates.append_time, partition, offset LIMIT ${MAX_BESIDE}`,
  });
  const { topic } = inputOf('decision');
  const rows = await reader.rows<{
    topic: string;
    partition: number;
    offset: number;
    append_ms: number;
    duplicate_of: number;
    content: string;
  }>('duplicates_find', tenant, statement, { topic, enforcer, id });
  return rows.map((row) => ({
    position: { appendMs: row.append_ms, topic: row.topic, partition: row.partition, offset: row.offset },
    duplicateOf: row.duplicate_of,
    content: row.content,
  }));
}

const PARTITIONS = INPUTS.reduce((sum, input) => sum + input.partitions, 0);

async function readWatermark(reader: BoundedReader): Promise<number | null> {
  const statement =
    'SELECT count() AS partitions, min(newest) AS watermark_ms FROM (SELECT toUnixTimestamp64Milli(max(watermark)) AS newest FROM progress WHERE topic IN {topics:Array(String)} GROUP BY topic, partition)';
  const topics = INPUTS.map((input) => input.topic);
  const [row] = await reader.installationRows<{ partitions: number; watermark_ms: number }>(
    'watermark',
    statement,
    { topics },
  );
  // A partition that was never recorded may hold anything: then nothing is known to be complete.
  return row === undefined || row.partitions < PARTITIONS ? null : row.watermark_ms;
}
