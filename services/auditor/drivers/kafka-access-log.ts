import { partitionKeyOf } from '../../../domain/contract/event-identity.ts';
import { inputOf } from '../../../domain/contract/inputs.ts';
import type { SchemaRegistry } from '../../../domain/contract/registry.ts';
import { frameSingleObject } from '../../../domain/contract/wire.ts';
import { compileSourceRedaction, type SourceRedactor } from '../../../domain/recording/redact-at-source.ts';
import type { EventProducer } from '../../../platform/kafka/event-producer.ts';
import type { AccessLog } from '../ports.ts';

/** Sends each access to its topic, what was searched for redacted; the recorder stores it like any other event. */
export function createKafkaAccessLog(
  producer: Pick<EventProducer, 'send'>,
  registry: SchemaRegistry,
  redactor: SourceRedactor,
): AccessLog {
  const input = inputOf('access');
  const schema = registry.newest('access');
  const redact = compileSourceRedaction(schema.type, { redactor }) ?? ((access: object) => access);
  return {
    record: async (access) => {
      const value = frameSingleObject(schema, schema.encode(redact({ ...access })));
      await producer.send(input.topic, [{ key: partitionKeyOf(input, access), value }]);
    },
  };
}
