import type { AvroType, RecordField } from '../avro/schema.ts';
import { MAX_PERSON_BYTES, MAX_SUBJECTS } from '../recording/validate-event.ts';
import { compileSkip } from './compile-skip.ts';
import type { EventRow } from './event-row.ts';
import type { ReadPart } from './read-part.ts';
import { textOf, unusual, type WireReader } from './wire-reader.ts';

/**
 * Compiles the passing over of the erasable record: where it lies is noted, and whom it is about. None of it goes into
 * a column or a leaf.
 */
export function compileErasable(type: AvroType): ReadPart {
  if (type.kind !== 'nullable' || type.of.kind !== 'record')
    throw new Error('columns: erasable must be a nullable record');
  const parts = type.of.fields.map(compilePart);
  return (wire, row) => {
    const start = wire.at;
    if (wire.readPresence()) {
      row.erasableStart = wire.at;
      for (const part of parts) part(wire, row);
      row.erasableEnd = wire.at;
    }
    row.body.drop(start, wire.at);
  };
}

function compilePart({ name, type }: RecordField): ReadPart {
  if (name === 'subjects' && type.kind === 'array' && type.items.kind === 'string') return readSubjects;
  if (name === 'principal' && type.kind === 'nullable' && type.of.kind === 'string') return readPrincipal;
  const skip = compileSkip(type);
  return (wire) => skip(wire);
}

function readSubjects(wire: WireReader, row: EventRow): void {
  const count = wire.openArray();
  if (count > MAX_SUBJECTS) unusual();
  if (count > 0) row.subjects = Array.from({ length: count }, () => readPerson(wire));
  wire.closeArray(count);
}

function readPrincipal(wire: WireReader, row: EventRow): void {
  if (wire.readPresence()) row.principal = readPerson(wire);
}

function readPerson(wire: WireReader): string {
  const start = wire.takeText();
  if (wire.at - start > MAX_PERSON_BYTES) unusual();
  return textOf(wire.bytes, start, wire.at);
}
