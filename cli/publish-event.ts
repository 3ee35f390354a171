import { partitionKeyOf } from '../domain/contract/event-identity.ts';
import { inputOf } from '../domain/contract/inputs.ts';
import type { SchemaRegistry } from '../domain/contract/registry.ts';
import { frameSingleObject } from '../domain/contract/wire.ts';
import { compileSourceRedaction } from '../domain/recording/redact-at-source.ts';
import { compileValidateStage } from '../domain/recording/validate-event.ts';
import { createTextRedactor } from '../domain/redaction/text-redactor.ts';
import type { EventProducer } from '../platform/kafka/event-producer.ts';

/**
 * Sends one event that somebody typed, checked and redacted as the gateway does it: what would be quarantined is refused
 * here, and the raw topic holds no text that was not looked through. Rejects with what to do, without a value.
 */
export async function publishEvent(
  producer: Pick<EventProducer, 'send'>,
  registry: SchemaRegistry,
  subject: string,
  event: object,
): Promise<void> {
  const input = inputOf(subject);
  const schema = registry.newest(subject);
  const verdict = compileValidateStage(schema.type, [])({ ...event });
  if (verdict.kind === 'reject')
    throw new Error(
      `${verdict.field ?? subject} cannot be recorded (${verdict.reason}): codes are letters, digits and . _ : / ~ + -`,
    );
  const redact = compileSourceRedaction(schema.type, { redactor: createTextRedactor() });
  const value = frameSingleObject(schema, schema.encode(redact === null ? event : redact({ ...event })));
  try {
    await producer.send(input.topic, [{ key: partitionKeyOf(input, event), value }]);
  } catch {
    throw new Error('Kafka does not take it, so nothing is recorded: is it up? Run the command again.');
  }
}
