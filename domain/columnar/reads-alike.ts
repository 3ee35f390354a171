import type { AvroType, RecordType } from '../avro/schema.ts';

/**
 * Whether what both schemas have stands on the wire as it will be recorded: in the same order, with the same bytes
 * for the same value.
 */
export function readsAlike(writer: AvroType, reader: AvroType): boolean {
  if (writer.kind === 'nullable' || reader.kind === 'nullable')
    return readsAlike(
      writer.kind === 'nullable' ? writer.of : writer,
      reader.kind === 'nullable' ? reader.of : reader,
    );
  if (writer.kind === 'array' && reader.kind === 'array') return readsAlike(writer.items, reader.items);
  if (writer.kind === 'enum' && reader.kind === 'enum')
    return writer.symbols.every((symbol, index) => symbol === reader.symbols[index]);
  if (writer.kind === 'record' && reader.kind === 'record') return recordsReadAlike(writer, reader);
  return isSameType(writer, reader);
}

function recordsReadAlike(writer: RecordType, reader: RecordType): boolean {
  // The order of keys is judged by the first field of each pair.
  if (isKeyValue(reader) && writer.fields[0]?.name !== reader.fields[0]?.name) return false;
  let before = -1;
  return reader.fields.every((field) => {
    const place = writer.fields.findIndex(({ name }) => name === field.name);
    const sent = writer.fields[place];
    if (sent === undefined) return true;
    const inOrder = place > before;
    before = place;
    // Commitments are made over the bytes of erasable data as they came.
    const alike = field.name === 'erasable' ? isSameType : readsAlike;
    return inOrder && alike(sent.type, field.type);
  });
}

/** Whether every value of one type is one of the other, with the same bytes. */
function isSameType(one: AvroType, other: AvroType): boolean {
  if (one.kind === 'nullable') return other.kind === 'nullable' && isSameType(one.of, other.of);
  if (one.kind === 'array') return other.kind === 'array' && isSameType(one.items, other.items);
  if (one.kind === 'enum') return other.kind === 'enum' && one.symbols.join() === other.symbols.join();
  if (one.kind === 'fixed') return other.kind === 'fixed' && one.size === other.size;
  if (one.kind === 'long') return other.kind === 'long' && one.logicalType === other.logicalType;
  if (one.kind !== 'record') return one.kind === other.kind;
  return (
    other.kind === 'record' &&
    one.fields.length === other.fields.length &&
    one.fields.every(({ name, type }, index) => {
      const field = other.fields[index];
      return field !== undefined && field.name === name && isSameType(type, field.type);
    })
  );
}

/** Whether it is a pair of those that stand sorted by their keys. */
export function isKeyValue(type: AvroType): boolean {
  return type.kind === 'record' && type.name.endsWith('.KeyValue');
}
