import { isDeepStrictEqual } from 'node:util';
import { producerIdOf } from '../../domain/contract/event-identity.ts';
import type { Input } from '../../domain/contract/inputs.ts';
import { leafHash } from '../../domain/contract/leaf.ts';
import type { ReleasedSchema } from '../../domain/contract/registry.ts';
import { fitsSafeGrammar } from '../../domain/contract/safe-grammar.ts';
import type { EventFields } from '../../domain/recording/decode-event.ts';
import { flagTimes } from '../../domain/recording/flag-times.ts';
import { markSample } from '../../domain/recording/mark-sample.ts';
import type { RedactedEvent } from '../../domain/recording/redact-event.ts';
import { transformDigest } from '../../domain/recording/transform-digest.ts';
import type { Rejection } from '../../domain/recording/verdict.ts';
import type { RecordedRow } from './ports.ts';
import type { RecordingRules, ScreenedRecord } from './screen-event.ts';

/** Gives every record its one row, with its canonical bytes sealed in a leaf. */
export interface Placing {
  place(item: ScreenedRecord): RecordedRow;
  placeDuplicate(
    item: ScreenedRecord,
    duplicateOf: number,
    original: Readonly<Record<string, unknown>> | undefined,
  ): RecordedRow;
}

/** Compiles the rows of one input: the event recorded, a duplicate, or quarantine. */
export function compilePlacing(input: Input, rules: RecordingRules): Placing {
  const transform = transformDigest(rules.registry, rules.redactor.digest);
  const schemas = {
    recorded: rules.registry.newest(`recorded-${input.subject}`),
    duplicate: rules.registry.newest('recorded-duplicate'),
    quarantine: rules.registry.newest('recorded-quarantine'),
  };
  const coordinates = ({ record, writer }: ScreenedRecord) => ({
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    append_time: record.appendMs,
    wire_schema: writer?.fingerprint ?? null,
    transform,
  });
  return {
    place: (item) => {
      if (item.verdict.kind === 'reject' || item.event === null) {
        const fields = { ...coordinates(item), ...quarantineFields(input, item) };
        return seal('quarantine', schemas.quarantine, item, fields, {});
      }
      const redacted = item.verdict.value;
      const fields = {
        ...coordinates(item),
        ...recordedFields(input, item.event, redacted, item.record.appendMs),
      };
      return seal(input.table, schemas.recorded, item, fields, redacted.tokens);
    },
    placeDuplicate: (item, duplicateOf, original) => {
      const event = item.event as EventFields;
      const redacted = item.verdict as { readonly value: RedactedEvent };
      const same = original !== undefined && sameContent(redacted.value.fields, original);
      const fields = {
        ...coordinates(item),
        tenant_id: event.tenant_id,
        producer_id: producerIdOf(input, event),
        event_id: event[input.idField],
        ...sequenceOf(event),
        duplicate_of: duplicateOf,
        content: same ? 'SAME' : 'CONFLICT',
      };
      return seal('duplicates', schemas.duplicate, item, fields, {});
    },
  };
}

function seal(
  table: string,
  schema: ReleasedSchema,
  { record }: ScreenedRecord,
  fields: Record<string, unknown>,
  tokens: Readonly<Record<string, Buffer>>,
): RecordedRow {
  const leaf = leafHash(schema.sha256, schema.encode(fields));
  return { table, offset: record.offset, appendMs: record.appendMs, record: fields, tokens, leaf };
}

function recordedFields(
  input: Input,
  event: EventFields,
  redacted: RedactedEvent,
  appendMs: number,
): EventFields {
  const fields = { ...redacted.fields, redactions: redacted.notes };
  if (input.subject !== 'decision') return { ...fields, flags: [] };
  const decision = event as { outcome: string; risk: string; decision_id: Uint8Array; salt: Uint8Array };
  return {
    ...fields,
    flags: flagTimes(event.decided_at as number, appendMs),
    sample: markSample(decision),
    erase_commitment: redacted.eraseCommitment,
  };
}

function sequenceOf(event: EventFields): { epoch: unknown; sequence: unknown } {
  const enforcer = event.enforcer as { epoch: number; sequence: number | null } | undefined;
  return { epoch: enforcer?.epoch ?? null, sequence: enforcer?.sequence ?? null };
}

/** The safe fields of what could not be recorded, as far as they could be read and fit their grammar. */
function quarantineFields(input: Input, { record, event, verdict }: ScreenedRecord): EventFields {
  const rejection = verdict as Rejection;
  const readable = (value: unknown) => (typeof value === 'string' && fitsSafeGrammar(value) ? value : null);
  const sequence = event === null ? { epoch: null, sequence: null } : sequenceOf(event);
  return {
    reason: rejection.reason,
    field: rejection.field,
    bytes: record.value?.length ?? 0,
    tenant_id: event === null ? null : readable(event.tenant_id),
    producer_id: event === null ? null : readable(producerIdOf(input, event)),
    event_id: event === null ? null : event[input.idField],
    ...sequence,
  };
}

/** Whether two copies of an event say the same. Salts and erasable data differ between honest retries. */
function sameContent(fields: EventFields, original: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(fields).every(
    (name) => name === 'salt' || isDeepStrictEqual(fields[name], original[name]),
  );
}
