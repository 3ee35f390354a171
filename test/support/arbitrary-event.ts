import fc from 'fast-check';
import type { AvroType, RecordType } from '../../domain/avro/schema.ts';

/** Beyond it the other Avro library that we compare with loses the last bit. */
const LARGE = 2 ** 50;

/** Any value that a schema's types allow, whatever validation thinks of it. */
export function arbitraryRecord(type: RecordType): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.fromEntries(type.fields.map((field) => [field.name, arbitraryOf(field.type)]));
  return fc.record(fields, { noNullPrototype: true });
}

function arbitraryOf(type: AvroType): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'record':
      return arbitraryRecord(type);
    case 'nullable':
      return fc.option(arbitraryOf(type.of), { nil: null });
    case 'array':
      return fc.array(arbitraryOf(type.items), { maxLength: 3 });
    case 'enum':
      return fc.constantFrom(...type.symbols);
    case 'fixed':
      return fc.uint8Array({ minLength: type.size, maxLength: type.size }).map((bytes) => Buffer.from(bytes));
    case 'bytes':
      return fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes));
    case 'boolean':
      return fc.boolean();
    case 'int':
      return fc.integer();
    case 'long':
      return fc.integer({ min: -LARGE, max: LARGE });
    case 'double':
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
    case 'string':
      return fc.string({ unit: 'binary', maxLength: 30 });
  }
}
