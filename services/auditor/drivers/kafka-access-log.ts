import { partitionKeyOf } from '../../../domain/contract/event-identity.ts';
import { inputOf } from '../../../domain/contract/inputs.ts';
import type { SchemaRegistry } from '../../../domain/contract/registry.ts';
import { frameSingleObject } from '../../../domain/contract/wire.ts';
import type { EventProducer } from '../../../platform/kafka/event-producer.ts';
import type { AccessLog } from '../ports.ts';

/** Sends each access to its topic; the recorder stores it like any other event. */
export function createKafkaAccessLog(
  producer: Pick<EventProducer, 'send'>,
  registry: SchemaRegistry,
): AccessLog {
  const input = inputOf('access');
  const schema = registry.newest('access');
  return {
    record: async (access) => {
      const value = frameSingleObject(schema, schema.encode(access));
      await producer.send(input.topic, [{ key: partitionKeyOf(input, access), value }]);
    },
  };
}
