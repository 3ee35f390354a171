import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { PruneStatement, RetentionHold, RetentionVault } from '../../cli/retention/ports.ts';
import type { Statement } from '../../domain/contract/events.ts';
import { formatUuid, parseUuid } from '../../domain/contract/uuid.ts';
import { signStatement } from '../../domain/statements/sign-statement.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { clickHouseTime } from './raw-records.ts';

/** A vault in memory that signs with a key of its own and records what it signs in the store, as a recorder would. */
export interface StatementVault extends RetentionVault {
  readonly publicKey: KeyObject;
  readonly holds: Map<string, RetentionHold[]>;
  readonly destroyed: string[];
  /** Statements that were signed, in order. */
  readonly statements: Statement[];
  /** Whether what is signed reaches the store; statements wait in `statements` otherwise. */
  isRecording: boolean;
  /** Records a statement; what a crash came in between of. */
  record(statement: Statement): Promise<void>;
}

const schema = loadReleasedSchemas().newest('statement');

export function createStatementVault(clickhouse: ClickHouse): StatementVault {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  let offset = 0;
  const vault: StatementVault = {
    publicKey,
    holds: new Map(),
    destroyed: [],
    statements: [],
    isRecording: true,
    listHolds: async (tenantId) => vault.holds.get(tenantId) ?? [],
    destroyDays: async (tenantId, purpose, beforeDay) => {
      vault.destroyed.push(`${tenantId} ${purpose} ${beforeDay}`);
    },
    issueStatement: async (draft) => {
      const isKnown = vault.statements.some(({ statement_id: id }) => formatUuid(id) === draft.statement_id);
      if (isKnown) return;
      const statement = signStatement(schema, unsigned(draft), privateKey);
      vault.statements.push(statement);
      if (vault.isRecording) await vault.record(statement);
    },
    record: async (statement) => recordStatement(clickhouse, statement, offset++),
  };
  return vault;
}

function unsigned({
  kind,
  tenant,
  statement_id,
  ranges,
  rows,
  details,
}: PruneStatement): Omit<Statement, 'signature'> {
  return {
    statement_id: parseUuid(statement_id) ?? randomBytes(16),
    ...{ tenant_id: tenant, kind, about: null, ranges, rows, details },
    issued_at: Date.now() * 1000,
    key_name: 'vault-1',
    salt: randomBytes(16),
  };
}

/** Stores a statement as the recorder does, as far as its readers look. */
async function recordStatement(clickhouse: ClickHouse, statement: Statement, offset: number): Promise<void> {
  const bytes = (value: Uint8Array) => Buffer.from(value).toString('hex');
  const ranges = (['topic', 'partition', 'first_offset', 'last_offset'] as const).map((name) => [
    name,
    statement.ranges.map((range) => range[name]),
  ]);
  await clickhouse.command(
    `INSERT INTO statements (topic, partition, offset, append_time, wire_schema, statement_id, tenant_id, kind, about,
       \`ranges.topic\`, \`ranges.partition\`, \`ranges.first_offset\`, \`ranges.last_offset\`, rows,
       \`details.key\`, \`details.value\`, issued_at, key_name, signature, salt, leaf_hash)
     SELECT 'docket.statements.v1', 0, {offset: Int64}, {at: String}, unhex({fingerprint: String}), {id: UUID},
       {tenant: String}, {kind: String}, {about: Nullable(UUID)}, {topic: Array(String)}, {partition: Array(Int32)},
       {first_offset: Array(Int64)}, {last_offset: Array(Int64)}, {rows: Int64}, {keys: Array(String)},
       {values: Array(String)}, fromUnixTimestamp64Micro({issued: Int64}), {key_name: String},
       unhex({signature: String}), unhex({salt: String}), unhex({leaf: String})`,
    {
      offset,
      at: clickHouseTime(Date.now()),
      fingerprint: bytes(schema.fingerprint),
      id: formatUuid(statement.statement_id),
      tenant: statement.tenant_id,
      kind: statement.kind,
      about: statement.about === null ? null : formatUuid(statement.about),
      ...Object.fromEntries(ranges),
      rows: statement.rows,
      keys: statement.details.map(({ key }) => key),
      values: statement.details.map(({ value }) => value),
      issued: statement.issued_at,
      key_name: statement.key_name,
      signature: bytes(statement.signature),
      salt: bytes(statement.salt),
      leaf: bytes(randomBytes(32)),
    },
  );
}
