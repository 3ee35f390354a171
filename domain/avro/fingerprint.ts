import { fullName } from './schema.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const EMPTY = 0xc15d213aa4d7a795n;
const PRIMITIVES = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']);

const TABLE: readonly bigint[] = Array.from({ length: 256 }, (_, index) => {
  let fp = BigInt(index);
  for (let bit = 0; bit < 8; bit++) fp = (fp >> 1n) ^ (EMPTY & -(fp & 1n) & 0xffffffffffffffffn);
  return fp;
});

/**
 * Parsing Canonical Form of a schema (Avro specification 1.12, "Transforming into Parsing Canonical Form"):
 * only what changes how bytes are read, in a fixed order. `class`, `doc`, `default` and `logicalType` vanish.
 */
function parsingCanonicalForm(schemaText: string): string {
  return canonical(JSON.parse(schemaText) as Json, '');
}

function canonical(json: Json, namespace: string): string {
  if (typeof json === 'string') {
    return JSON.stringify(PRIMITIVES.has(json) ? json : fullName(json, namespace));
  }
  if (Array.isArray(json)) return `[${json.map((branch) => canonical(branch, namespace)).join(',')}]`;
  const object = json as { readonly [key: string]: Json };
  const type = object.type as Json;
  if (type === 'array') return `{"type":"array","items":${canonical(object.items as Json, namespace)}}`;
  if (type !== 'record' && type !== 'enum' && type !== 'fixed') return canonical(type, namespace);

  const own = (object.namespace as string | undefined) ?? namespace;
  const head = `{"name":${JSON.stringify(fullName(object.name as string, own))},"type":"${type}"`;
  if (type === 'enum') return `${head},"symbols":${JSON.stringify(object.symbols)}}`;
  if (type === 'fixed') return `${head},"size":${object.size}}`;
  const fields = (object.fields as readonly { readonly [key: string]: Json }[]).map(
    (field) => `{"name":${JSON.stringify(field.name)},"type":${canonical(field.type as Json, own)}}`,
  );
  return `${head},"fields":[${fields.join(',')}]}`;
}

/** CRC-64-AVRO of the schema's Parsing Canonical Form: 8 bytes, little-endian, as they stand on the wire. */
export function schemaFingerprint(schemaText: string): Buffer {
  let fp = EMPTY;
  for (const byte of Buffer.from(parsingCanonicalForm(schemaText), 'utf8')) {
    fp = (fp >> 8n) ^ (TABLE[Number((fp ^ BigInt(byte)) & 0xffn)] ?? 0n);
  }
  const out = Buffer.alloc(8);
  out.writeBigUInt64LE(fp);
  return out;
}
