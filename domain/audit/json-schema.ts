import type { AvroType, RecordType } from '../avro/schema.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** JSON Schema (2020-12) of what `recordToJson` makes of a record type, with the contract's own words. */
export function jsonSchemaOf(type: RecordType): JsonSchema {
  const properties = type.fields.map((field): [string, JsonSchema] => {
    const schema = schemaOf(field.type);
    return [field.name, field.doc === '' ? schema : { ...schema, description: field.doc }];
  });
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: type.fields.map((field) => field.name),
  };
}

function schemaOf(type: AvroType): JsonSchema {
  switch (type.kind) {
    case 'record':
      return jsonSchemaOf(type);
    case 'nullable':
      return { anyOf: [schemaOf(type.of), { type: 'null' }] };
    case 'array':
      return { type: 'array', items: schemaOf(type.items) };
    case 'enum':
      return { type: 'string', enum: type.symbols };
    case 'fixed':
      return type.logicalType === 'uuid'
        ? { type: 'string', format: 'uuid' }
        : { type: 'string', pattern: `^[0-9a-f]{${type.size * 2}}$` };
    case 'bytes':
      return { type: 'string', pattern: '^([0-9a-f]{2})*$' };
    case 'long':
      return type.logicalType === null ? { type: 'integer' } : { type: 'string', format: 'date-time' };
    case 'int':
      return { type: 'integer' };
    case 'double':
      return { type: 'number' };
    case 'boolean':
      return { type: 'boolean' };
    case 'string':
      return { type: 'string' };
  }
}
