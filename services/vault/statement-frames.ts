import type { Statement } from '../../domain/contract/events.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import { formatUuid } from '../../domain/contract/uuid.ts';
import { readFrame } from '../../domain/contract/wire.ts';

/** The statement in a record's value; null where it is something else. */
export function decodeStatement(registry: SchemaRegistry, framed: Buffer): Statement | null {
  const frame = readFrame(framed, registry);
  if (!frame.ok || frame.schema.subject !== 'statement') return null;
  const decoded = frame.schema.decode(framed, frame.bodyOffset);
  return decoded.ok ? toStatement(decoded.value) : null;
}

/** The decoder gives what the schema says, and the schema is the type's source. */
function toStatement(value: object): Statement {
  return value as Statement;
}

/** A statement as JSON: ids as UUIDs, other bytes as hexadecimal digits. */
export function statementJson(statement: Statement): object {
  return {
    statement_id: formatUuid(statement.statement_id),
    tenant_id: statement.tenant_id,
    kind: statement.kind,
    about: statement.about === null ? null : formatUuid(statement.about),
    ranges: statement.ranges,
    rows: statement.rows,
    details: statement.details,
    issued_at: statement.issued_at,
    key_name: statement.key_name,
    signature: Buffer.from(statement.signature).toString('hex'),
    salt: Buffer.from(statement.salt).toString('hex'),
  };
}
