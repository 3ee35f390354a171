import { isDeepStrictEqual } from 'node:util';
import { producerIdOf } from '../../domain/contract/event-identity.ts';
import type { Input } from '../../domain/contract/inputs.ts';
import { leafHash } from '../../domain/contract/leaf.ts';
import type { ReleasedSchema } from '../../domain/contract/registry.ts';
import { fitsSafeGrammar } from '../../domain/contract/safe-grammar.ts';
import type { EventFields } from '../../domain/recording/decode-event.ts';
import { originOffsetOf } from '../../domain/recording/read-origin.ts';
import type { RecordingRules } from '../../domain/recording/recording-rules.ts';
import { transformDigest } from '../../domain/recording/transform-digest.ts';
import type { Rejection } from '../../domain/recording/verdict.ts';
import type { RecordedRow } from './ports.ts';
import type { ScreenedRecord } from './screen-event.ts';

/** Gives the records that are no new event their rows, with their canonical bytes sealed in a leaf. */
export interface ExceptionPlacing {
  placeRefused(item: ScreenedRecord, rejection: Rejection): RecordedRow;
  /** @param original what is recorded of the event that it repeats, if that could be read */
  placeDuplicate(
    item: ScreenedRecord,
    duplicateOf: number,
    original: Readonly<Record<string, unknown>> | undefined,
  ): RecordedRow;
}

/** Compiles the rows in `quarantine` and `duplicates` for one input. */
export function compileExceptionPlacing(input: Input, rules: RecordingRules): ExceptionPlacing {
  const transform = transformDigest(rules.registry, rules.redactor.digest);
  const duplicate = rules.registry.newest('recorded-duplicate');
  const quarantine = rules.registry.newest('recorded-quarantine');
  return {
    placeRefused: (item, rejection) => {
      const fields = { ...coordinatesOf(item, transform), ...quarantineFields(input, item, rejection) };
      return sealRow('quarantine', quarantine, item, fields);
    },
    placeDuplicate: (item, duplicateOf, original) => {
      const event = item.event as EventFields;
      const fields = {
        ...coordinatesOf(item, transform),
        tenant_id: event.tenant_id,
        producer_id: producerIdOf(input, event),
        event_id: event[input.idField],
        ...sequenceOf(event),
        duplicate_of: duplicateOf,
        content: original !== undefined && saysTheSame(item, original) ? 'SAME' : 'CONFLICT',
      };
      return sealRow('duplicates', duplicate, item, fields);
    },
  };
}

/** The first fields of every recorded schema. */
export function coordinatesOf({ record, writer }: ScreenedRecord, transform: Buffer): EventFields {
  return {
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    append_time: record.appendMs,
    wire_schema: writer?.fingerprint ?? null,
    transform,
    origin_offset: originOffsetOf(record),
  };
}

/** A row with the leaf over its canonical bytes. */
export function sealRow(
  table: string,
  schema: ReleasedSchema,
  { record }: ScreenedRecord,
  fields: Record<string, unknown>,
): RecordedRow {
  const leaf = leafHash(schema.sha256, schema.encode(fields));
  return { table, offset: record.offset, appendMs: record.appendMs, record: fields, leaf };
}

function sequenceOf(event: EventFields): { epoch: unknown; sequence: unknown } {
  const enforcer = event.enforcer as { epoch: number; sequence: number | null } | undefined;
  return { epoch: enforcer?.epoch ?? null, sequence: enforcer?.sequence ?? null };
}

/** The safe fields of what could not be recorded, as far as they could be read and fit their grammar. */
function quarantineFields(
  input: Input,
  { record, event }: ScreenedRecord,
  rejection: Rejection,
): EventFields {
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

/** Whether a copy says what is recorded of the first. Salts and erasable data differ between honest retries. */
function saysTheSame({ verdict }: ScreenedRecord, original: Readonly<Record<string, unknown>>): boolean {
  if (verdict.kind === 'reject') return false;
  const { fields } = verdict.value;
  return Object.keys(fields).every(
    (name) => name === 'salt' || isDeepStrictEqual(fields[name], original[name]),
  );
}
