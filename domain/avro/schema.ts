/**
 * The Avro schemas Docket speaks: records, enums, fixed, arrays, primitives and nullable unions `[null, T]`.
 * Maps and other unions are refused: they have no canonical bytes.
 */

/** How a field is treated on its way into the store (see docs/contract.md). */
type FieldClass = 'safe' | 'token' | 'text' | 'drop';

type LogicalType = 'uuid' | 'timestamp-millis' | 'timestamp-micros';

export type AvroType =
  | { readonly kind: 'boolean' | 'int' | 'double' | 'bytes' | 'string' }
  | { readonly kind: 'long'; readonly logicalType: LogicalType | null }
  | {
      readonly kind: 'fixed';
      readonly name: string;
      readonly size: number;
      readonly logicalType: LogicalType | null;
    }
  | { readonly kind: 'enum'; readonly name: string; readonly symbols: readonly string[] }
  | { readonly kind: 'array'; readonly items: AvroType }
  | { readonly kind: 'nullable'; readonly of: AvroType }
  | RecordType;

export interface RecordType {
  readonly kind: 'record';
  readonly name: string;
  readonly fields: readonly RecordField[];
}

export interface RecordField {
  readonly name: string;
  readonly doc: string;
  readonly type: AvroType;
  /** Null where none is given: fine for containers, `drop` for everything else. */
  readonly fieldClass: FieldClass | null;
  readonly default: { readonly value: unknown } | null;
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

const PRIMITIVES = new Set(['boolean', 'int', 'double', 'bytes', 'string']);
const FIELD_CLASSES = new Set(['safe', 'token', 'text', 'drop']);
const LOGICAL_TYPES = new Set(['uuid', 'timestamp-millis', 'timestamp-micros']);

/**
 * Parses the text of an `.avsc` file into a record type.
 * Throws an Error that names the place when the schema uses something that has no canonical bytes.
 */
export function parseSchema(text: string): RecordType {
  const parsed = parseType(JSON.parse(text) as Json, '', new Map(), '$');
  if (parsed.kind !== 'record') throw new Error('schema: the outermost type must be a record');
  return parsed;
}

function parseType(json: Json, namespace: string, named: Map<string, AvroType>, at: string): AvroType {
  if (typeof json === 'string') return parseName(json, namespace, named, at);
  if (Array.isArray(json)) return parseUnion(json, namespace, named, at);
  if (json === null || typeof json !== 'object') throw new Error(`schema ${at}: not a type`);
  const object = json as JsonObject;
  switch (object.type) {
    case 'record':
      return parseRecord(object, namespace, named, at);
    case 'enum':
      return define(named, object, namespace, (name) => ({
        kind: 'enum',
        name,
        symbols: object.symbols as readonly string[],
      }));
    case 'fixed':
      return define(named, object, namespace, (name) => ({
        kind: 'fixed',
        name,
        size: object.size as number,
        logicalType: logicalTypeOf(object, at),
      }));
    case 'array':
      return { kind: 'array', items: parseType(object.items as Json, namespace, named, `${at}[]`) };
    case 'long':
      return { kind: 'long', logicalType: logicalTypeOf(object, at) };
    default:
      return parseType(object.type as Json, namespace, named, at);
  }
}

function parseName(name: string, namespace: string, named: Map<string, AvroType>, at: string): AvroType {
  if (name === 'long') return { kind: 'long', logicalType: null };
  if (PRIMITIVES.has(name)) return { kind: name as 'boolean' | 'int' | 'double' | 'bytes' | 'string' };
  const found = named.get(name.includes('.') || namespace === '' ? name : `${namespace}.${name}`);
  if (found === undefined) throw new Error(`schema ${at}: type ${JSON.stringify(name)} is not supported`);
  return found;
}

function parseUnion(
  json: readonly Json[],
  namespace: string,
  named: Map<string, AvroType>,
  at: string,
): AvroType {
  const [first, second] = json;
  if (json.length !== 2 || first !== 'null' || second === undefined) {
    throw new Error(`schema ${at}: only unions of the form ["null", T] are supported`);
  }
  return { kind: 'nullable', of: parseType(second, namespace, named, at) };
}

function parseRecord(
  object: JsonObject,
  outer: string,
  named: Map<string, AvroType>,
  at: string,
): RecordType {
  const namespace = (object.namespace as string | undefined) ?? outer;
  const fields: RecordField[] = [];
  // Defined only afterwards: a record that contains itself has no finite columns, so the reference must fail.
  for (const json of object.fields as readonly JsonObject[]) {
    const name = json.name as string;
    fields.push({
      name,
      doc: (json.doc as string | undefined) ?? '',
      type: parseType(json.type as Json, namespace, named, `${at}.${name}`),
      fieldClass: fieldClassOf(json, `${at}.${name}`),
      default: 'default' in json ? { value: json.default } : null,
    });
  }
  return define(named, object, outer, (name) => ({ kind: 'record', name, fields }));
}

function define<T extends AvroType>(
  named: Map<string, AvroType>,
  object: JsonObject,
  outer: string,
  make: (fullName: string) => T,
): T {
  const name = fullName(object.name as string, (object.namespace as string | undefined) ?? outer);
  const type = make(name);
  named.set(name, type);
  return type;
}

/** The full name of a named type: its namespace, a dot, its name. */
export function fullName(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
}

function fieldClassOf(json: JsonObject, at: string): FieldClass | null {
  const given = json.class;
  if (given === undefined) return null;
  if (typeof given !== 'string' || !FIELD_CLASSES.has(given)) {
    throw new Error(`schema ${at}: class must be safe, token, text or drop`);
  }
  return given as FieldClass;
}

function logicalTypeOf(object: JsonObject, at: string): LogicalType | null {
  const given = object.logicalType;
  if (given === undefined) return null;
  if (typeof given !== 'string' || !LOGICAL_TYPES.has(given)) {
    throw new Error(`schema ${at}: logicalType must be one of ${[...LOGICAL_TYPES].join(', ')}`);
  }
  return given as LogicalType;
}
