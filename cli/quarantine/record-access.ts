import { randomBytes, randomUUID } from 'node:crypto';
import { partitionKeyOf } from '../../domain/contract/event-identity.ts';
import type { Access } from '../../domain/contract/events.ts';
import { inputOf } from '../../domain/contract/inputs.ts';
import { toKeyValues } from '../../domain/contract/key-values.ts';
import { fitsSafeGrammar } from '../../domain/contract/safe-grammar.ts';
import { parseUuid } from '../../domain/contract/uuid.ts';
import { frameSingleObject } from '../../domain/contract/wire.ts';
import { compileSourceRedaction } from '../../domain/recording/redact-at-source.ts';
import { createTextRedactor } from '../../domain/redaction/text-redactor.ts';
import type { EventProducer } from '../../platform/kafka/event-producer.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';

/** Who is at the command line. The actor is stored as a token under the tenant's key, as a reader's id is. */
export interface Operator {
  readonly actor: string;
  readonly tenant: string;
}

type OperatorAction =
  | 'quarantine.list'
  | 'quarantine.show'
  | 'quarantine.reveal'
  | 'quarantine.replay'
  | 'leak.list'
  | 'leak.acknowledge'
  | 'leak.scrub'
  | 'incident.capture';

interface OperatorRead {
  readonly action: OperatorAction;
  readonly filters: Readonly<Record<string, string>>;
  /** How many records are about to be handed over. */
  readonly rows: number;
}

/** Records a read in the access log and gives its id there. Nothing may be shown or sent before it resolves. */
export type RecordAccess = (read: OperatorRead) => Promise<string>;

/** Records reads as the auditor does: as events, `acks=all`. Rejects with what to do when that is not certain. */
export function createAccessRecorder(
  producer: Pick<EventProducer, 'send'>,
  operator: Operator,
): RecordAccess {
  const input = inputOf('access');
  const schema = loadReleasedSchemas().newest('access');
  const redact =
    compileSourceRedaction(schema.type, { redactor: createTextRedactor() }) ?? ((access: object) => access);
  if (operator.tenant === '' || !fitsSafeGrammar(operator.tenant))
    throw new Error('--actor-tenant: give the id of a tenant');
  if (operator.actor === '') throw new Error('--actor: say who you are');
  return async ({ action, filters, rows }) => {
    const id = randomUUID();
    const access: Access = {
      access_id: parseUuid(id) ?? randomBytes(16),
      tenant_id: operator.tenant,
      actor: operator.actor,
      role: 'operator',
      action,
      granted: true,
      filters: toKeyValues(filters),
      rows,
      read_at: Date.now() * 1000,
      salt: randomBytes(16),
    };
    const value = frameSingleObject(schema, schema.encode(redact({ ...access })));
    try {
      await producer.send(input.topic, [{ key: partitionKeyOf(input, access), value }]);
    } catch {
      throw new Error('This read cannot be recorded in the access log, so nothing is shown: is Kafka up?');
    }
    return id;
  };
}
