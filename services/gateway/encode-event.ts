import { partitionKeyOf } from '../../domain/contract/event-identity.ts';
import { inputOf } from '../../domain/contract/inputs.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import type { RejectReason } from '../../domain/contract/reject-reason.ts';
import { frameSingleObject } from '../../domain/contract/wire.ts';
import { MAX_RECORD_BYTES } from '../../domain/recording/decode-event.ts';
import { compileSourceRedaction, type SourceRedaction } from '../../domain/recording/redact-at-source.ts';
import { compileValidateStage } from '../../domain/recording/validate-event.ts';
import type { OutgoingEvent } from './ports.ts';

type EncodedEvent =
  | { readonly ok: true; readonly event: OutgoingEvent }
  | { readonly ok: false; readonly reason: RejectReason; readonly field: string | null };

export type EncodeEvent = (event: object) => EncodedEvent;

/**
 * Compiles the last step of every route: the checks that the recorder will make, then redaction, so that the raw topic
 * holds no text that was not looked through, then canonical Avro in a frame. What the recorder would quarantine is
 * refused here, where its sender can still be told.
 */
export function compileEncodeEvent(
  registry: SchemaRegistry,
  subject: string,
  redaction: SourceRedaction,
): EncodeEvent {
  const input = inputOf(subject);
  const schema = registry.newest(subject);
  const producer = input.producerPath === null ? [] : [input.producerPath.join('.')];
  const validate = compileValidateStage(schema.type, producer);
  const redact = compileSourceRedaction(schema.type, redaction);
  return (event) => {
    const verdict = validate({ ...event });
    if (verdict.kind === 'reject') return { ok: false, reason: verdict.reason, field: verdict.field };
    let redacted: object;
    try {
      redacted = redact === null ? event : redact({ ...event });
    } catch {
      return { ok: false, reason: 'redaction_failed', field: null };
    }
    const value = frameSingleObject(schema, schema.encode(redacted));
    if (value.length > MAX_RECORD_BYTES) return { ok: false, reason: 'oversized_record', field: null };
    return { ok: true, event: { subject, topic: input.topic, key: partitionKeyOf(input, event), value } };
  };
}
