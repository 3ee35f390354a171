import type { Input } from '../../domain/contract/inputs.ts';
import type { ReleasedSchema } from '../../domain/contract/registry.ts';
import { compileDecodeStage, type EventFields } from '../../domain/recording/decode-event.ts';
import type { RecordingRules } from '../../domain/recording/recording-rules.ts';
import { compileRedactStage, type RedactedEvent } from '../../domain/recording/redact-event.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { compileValidateStage } from '../../domain/recording/validate-event.ts';
import type { Verdict } from '../../domain/recording/verdict.ts';

/** A record after the stages that look at it alone: decode → validate → redact. */
export interface ScreenedRecord {
  readonly record: SourceRecord;
  /** The schema it was sent under, if its frame could be read. */
  readonly writer: ReleasedSchema | null;
  /** The event as sent, if it could be decoded. Not to be stored: the verdict holds what may be. */
  readonly event: EventFields | null;
  readonly verdict: Verdict<RedactedEvent>;
}

/** Compiles decode → validate → redact for one input. */
export function compileScreening(
  input: Input,
  rules: RecordingRules,
): (record: SourceRecord) => ScreenedRecord {
  const { type } = rules.registry.newest(input.subject);
  const decode = compileDecodeStage(rules.registry, input.subject);
  const validate = compileValidateStage(
    type,
    input.producerPath === null ? [] : [input.producerPath.join('.')],
  );
  const redact = compileRedactStage(type, rules.redactor);
  return (record) => {
    let writer: ReleasedSchema | null = null;
    const decoded = decode(record.value, (schema) => {
      writer = schema;
    });
    if (decoded.kind === 'reject') return { record, writer, event: null, verdict: decoded };
    const valid = validate(decoded.value);
    const verdict = valid.kind === 'reject' ? valid : redact(valid.value);
    return { record, writer, event: decoded.value, verdict };
  };
}
