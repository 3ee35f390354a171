import { ByteWriter } from '../avro/byte-writer.ts';
import { compileEncoder } from '../avro/encode.ts';
import type { AvroType, RecordField, RecordType } from '../avro/schema.ts';
import { MAX_PERSON_BYTES } from '../recording/validate-event.ts';
import { BodyBytes } from './body-bytes.ts';
import { compileCell } from './compile-cell.ts';
import { compileErasable } from './compile-erasable.ts';
import { compileSkip } from './compile-skip.ts';
import { EventRow } from './event-row.ts';
import type { EventRules, ReadPart } from './read-part.ts';
import { isKeyValue, readsAlike } from './reads-alike.ts';
import type { TableColumn } from './table-column.ts';
import { textOf, unusual, WireReader } from './wire-reader.ts';

/** Where in the recorded schema a part of the event has its columns. */
interface Place {
  /** As validation and redaction notes name it: `policy.id`. */
  readonly path: string;
  /** As its column is called: `policy_id`, or `rules.id` inside an array. */
  readonly column: string;
  readonly inArray: boolean;
}

const MAX_ITEMS = 65_536;
/** The branch of `[null, T]` that holds a value, as it stands on the wire. */
const PRESENT = Uint8Array.of(2);

/**
 * Compiles, once for a pair of schemas, how an event of the writer's schema is read into columns of the reader's
 * recorded schema: fields that are not recorded are passed over, fields that the writer did not have take the
 * reader's default. Null when the writer has its fields in another order, or of other types: such events go the
 * long way.
 */
export function compileEventReader(
  writer: RecordType,
  reader: RecordType,
  rules: EventRules,
): ReadPart | null {
  if (!readsAlike(writer, reader)) return null;
  return compileRecord(writer, reader, { path: '', column: '', inArray: false }, rules);
}

function compileRecord(writer: RecordType, reader: RecordType, at: Place, rules: EventRules): ReadPart {
  const parts: ReadPart[] = [];
  let next = 0;
  for (const field of reader.fields) {
    const source = writer.fields.findIndex((candidate) => candidate.name === field.name);
    if (source < 0) {
      const part = compileDefault(field, inside(at, field.name), rules);
      if (part !== null) parts.push(part);
      continue;
    }
    while (next < source) parts.push(compileUnknown(writer.fields[next++]));
    const sent = writer.fields[next++];
    if (sent !== undefined) parts.push(compileField(sent.type, field, inside(at, field.name), rules));
  }
  while (next < writer.fields.length) parts.push(compileUnknown(writer.fields[next++]));
  return sequence(parts);
}

function inside(at: Place, name: string): Place {
  const path = at.path === '' ? name : `${at.path}.${name}`;
  const column = at.column === '' ? name : `${at.column}${at.inArray ? '.' : '_'}${name}`;
  return { path, column, inArray: at.inArray };
}

function sequence(parts: readonly ReadPart[]): ReadPart {
  return (wire, row) => {
    for (let index = 0; index < parts.length; index++) (parts[index] as ReadPart)(wire, row);
  };
}

function compileField(sent: AvroType, field: RecordField, at: Place, rules: EventRules): ReadPart {
  if (field.name === 'erasable') return compileErasable(field.type);
  return compileValue(sent, field.type, field, at, rules);
}

function compileValue(
  sent: AvroType,
  type: AvroType,
  field: RecordField,
  at: Place,
  rules: EventRules,
): ReadPart {
  if (columnsUnder(at, rules).length === 0) return compileUnrecorded(sent, field, at);
  if (type.kind === 'nullable') {
    if (sent.kind !== 'nullable') return compilePresent(compileValue(sent, type.of, field, at, rules));
    return compileNullable(compileValue(sent.of, type.of, field, at, rules), columnsUnder(at, rules));
  }
  if (type.kind === 'record' && sent.kind === 'record') return compileRecord(sent, type, at, rules);
  if (type.kind === 'array' && sent.kind === 'array') return compileArray(sent, type, field, at, rules);
  // An older enum may have fewer symbols; what it has stands in the same places (see readsAlike).
  const read = type.kind === 'enum' ? sent : type;
  return compileCell(read, field, at.path, rules.columns.get(at.column), rules);
}

/** A value that could not be null yet: the recorded form says that it is not. */
function compilePresent(read: ReadPart): ReadPart {
  return (wire, row) => {
    row.body.insert(wire.at, PRESENT);
    read(wire, row);
  };
}

/** A column for the place itself, or those of the fields in it. */
function columnsUnder(at: Place, rules: EventRules): readonly TableColumn[] {
  const own = rules.columns.find(at.column);
  if (own !== undefined) return [own];
  return rules.columns.all.filter(
    ({ name }) => name.startsWith(`${at.column}_`) || name.startsWith(`${at.column}.`),
  );
}

function compileNullable(read: ReadPart, columns: readonly TableColumn[]): ReadPart {
  return (wire, row) => {
    if (wire.readPresence()) return read(wire, row);
    for (const { cells, nulls } of columns) {
      if (cells.kind === 'codes') cells.pushNull();
      else cells.pushZero();
      nulls?.push(1);
    }
  };
}

function compileArray(
  sent: { readonly items: AvroType },
  type: { readonly items: AvroType },
  field: RecordField,
  at: Place,
  rules: EventRules,
): ReadPart {
  const readItem = compileValue(sent.items, type.items, field, { ...at, inArray: true }, rules);
  const columns = columnsUnder(at, rules);
  const keyed = isKeyValue(type.items);
  return (wire, row) => {
    const count = wire.openArray();
    if (count > MAX_ITEMS) unusual();
    let keyStart = -1;
    let keyEnd = -1;
    for (let index = 0; index < count; index++) {
      if (keyed) {
        const item = wire.at;
        const length = wire.readLength();
        if (index > 0 && !isBelow(wire.bytes, keyStart, keyEnd, wire.at, wire.at + length)) unusual();
        keyStart = wire.at;
        keyEnd = wire.at + length;
        wire.at = item;
      }
      readItem(wire, row);
    }
    wire.closeArray(count);
    for (const { cells, ends } of columns) ends?.push(cells.count);
  };
}

/** Whether one key stands before another by its unsigned bytes. */
function isBelow(
  bytes: Uint8Array,
  start: number,
  end: number,
  otherStart: number,
  otherEnd: number,
): boolean {
  const shared = Math.min(end - start, otherEnd - otherStart);
  for (let index = 0; index < shared; index++) {
    const difference = (bytes[start + index] as number) - (bytes[otherStart + index] as number);
    if (difference !== 0) return difference < 0;
  }
  return end - start < otherEnd - otherStart;
}

/** A field of a class that is not recorded: checked like every other, and left out. */
function compileUnrecorded(sent: AvroType, field: RecordField, at: Place): ReadPart {
  if (field.fieldClass === 'token') return compileToken(sent, at.path);
  const skip = compileSkip(sent, 'checked');
  return (wire, row) => {
    const start = wire.at;
    skip(wire);
    row.body.drop(start, wire.at);
  };
}

/** A person's id: noted, to be made a token of, and left out. */
function compileToken(sent: AvroType, path: string): ReadPart {
  if (sent.kind !== 'string') throw new Error(`columns: token field ${path} must be a text`);
  return (wire, row) => {
    const start = wire.at;
    const textStart = wire.takeText();
    if (wire.at - textStart > MAX_PERSON_BYTES) unusual();
    row.tokens ??= [];
    row.tokens.push({ field: path, value: textOf(wire.bytes, textStart, wire.at) });
    row.body.drop(start, wire.at);
  };
}

/** A field that this reader no longer knows. */
function compileUnknown(field: RecordField | undefined): ReadPart {
  if (field === undefined) throw new Error('columns: the writer has no such field');
  const skip = compileSkip(field.type);
  return (wire, row) => {
    const start = wire.at;
    skip(wire);
    row.body.drop(start, wire.at);
  };
}

/** A field that the writer did not have yet. Null when nothing of it is recorded. */
function compileDefault(field: RecordField, at: Place, rules: EventRules): ReadPart | null {
  if (columnsUnder(at, rules).length === 0) return null;
  if (field.default === null) throw new Error(`columns: field ${at.path} needs a default`);
  const wrapped = { kind: 'record', name: 'Default', fields: [field] } as const;
  const bytes = compileEncoder(wrapped)({ [field.name]: field.default.value });
  const read = compileField(field.type, field, at, rules);
  const scratch = new EventRow(new BodyBytes(new ByteWriter(64)));
  const reader = new WireReader();
  return (wire, row) => {
    reader.start(bytes, 0, bytes.length);
    scratch.body.pool.reset();
    scratch.begin(bytes, 0);
    scratch.textUnits = row.textUnits;
    scratch.redactions = row.redactions;
    read(reader, scratch);
    row.textUnits = scratch.textUnits;
    row.redactions = scratch.redactions;
    const { inPool, start, end } = scratch.body.finish(bytes.length);
    row.body.insert(wire.at, (inPool ? scratch.body.pool.bytes : bytes).subarray(start, end));
  };
}
