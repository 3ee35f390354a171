import { z } from 'zod';
import type { AvroType, RecordField, RecordType } from '../avro/schema.ts';
import {
  compileCode,
  compileHex,
  compileKeyValues,
  compileText,
  compileTime,
  compileUuid,
  compileWellFormed,
  compileWhole,
  wanted,
} from './event-json-values.ts';
import { fitsSafeGrammar } from './safe-grammar.ts';

export interface EventJsonOptions {
  /** What a field is when it is left out, in its JSON form, by dotted path; nullable fields need no entry. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Dotted paths of the fields that must not come from outside; they are unknown fields to a sender. */
  readonly withheld: readonly string[];
  /** Dotted paths of safe fields that must not be empty. */
  readonly identities: readonly string[];
}

const MAX_ITEMS = 10_000;
/** A name that a typing error may have made; anything else in its place, such as a key, could be data. */
const FIELD_NAME = /^[A-Za-z][A-Za-z0-9_]{0,39}$/;

/**
 * Compiles the JSON form of an event from its schema: ids as UUID text, other bytes as hexadecimal digits, times as
 * RFC 3339 or microseconds, key/value lists as objects. What it gives is what the encoder takes, but for the withheld
 * fields. Its messages say what is wanted and never quote a value. What it accepts, the recorder's checks accept.
 */
export function compileEventJson(type: RecordType, options: EventJsonOptions): z.ZodType {
  return compileRecord(type, '', options);
}

function compileRecord(type: RecordType, at: string, options: EventJsonOptions): z.ZodType {
  const shape: Record<string, z.ZodType> = {};
  for (const field of type.fields) {
    const path = at === '' ? field.name : `${at}.${field.name}`;
    if (options.withheld.includes(path)) continue;
    const schema = compile(field.type, field, path, options);
    shape[field.name] = withDefault(schema, field, path, options).describe(field.doc);
  }
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? unknownFields(issue.keys) : wanted('an object')(issue),
  });
}

function withDefault(
  schema: z.ZodType,
  field: RecordField,
  path: string,
  options: EventJsonOptions,
): z.ZodType {
  if (Object.hasOwn(options.defaults, path)) return schema.prefault(options.defaults[path]);
  return field.type.kind === 'nullable' ? schema.prefault(null) : schema;
}

function compile(type: AvroType, field: RecordField, at: string, options: EventJsonOptions): z.ZodType {
  switch (type.kind) {
    case 'record':
      return compileRecord(type, at, options);
    case 'nullable':
      return z.nullable(compile(type.of, field, at, options));
    case 'array':
      return compileArray(type.items, field, at, options);
    case 'string':
      if (field.fieldClass === 'safe') return compileCode(options.identities.includes(at));
      // What is dropped is never looked through; only the size of the whole event bounds it.
      return field.fieldClass === 'drop' ? compileWellFormed() : compileText();
    case 'enum':
      return z.enum(type.symbols, { error: wanted(`one of ${type.symbols.join(', ')}`) });
    case 'fixed':
      return type.logicalType === 'uuid' ? compileUuid() : compileHex(type.size);
    case 'bytes':
      return compileHex(null);
    case 'boolean':
      return z.boolean({ error: wanted('true or false') });
    case 'double':
      return z.number({ error: wanted('a finite number') });
    case 'int':
      return compileWhole(2 ** 31 - 1);
    case 'long':
      return type.logicalType === null ? compileWhole(Number.MAX_SAFE_INTEGER) : compileTime();
  }
}

function compileArray(items: AvroType, field: RecordField, at: string, options: EventJsonOptions): z.ZodType {
  if (items.kind === 'record' && items.name.endsWith('.KeyValue')) return compileKeyValues();
  const item = compile(items, field, at, options);
  return z.array(item, { error: wanted('an array') }).max(MAX_ITEMS, `must have at most ${MAX_ITEMS} items`);
}

function unknownFields(keys: readonly string[]): string {
  const named = keys.filter((key) => FIELD_NAME.test(key) && fitsSafeGrammar(key)).slice(0, 20);
  const names = named.length === 0 ? '' : ` (${named.join(', ')})`;
  return `has ${keys.length} unknown field${keys.length === 1 ? '' : 's'}${names}: remove or rename; /openapi.json lists the fields`;
}
