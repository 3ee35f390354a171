import type { ReleasedSchema, SchemaRegistry } from './registry.ts';

const SINGLE_OBJECT_MAGIC = Buffer.from([0xc3, 0x01]);
const SINGLE_OBJECT_HEADER_BYTES = 10;
const CONFLUENT_MAGIC = 0x00;
const CONFLUENT_HEADER_BYTES = 5;

export type WireFault =
  | 'empty_record'
  | 'unknown_wire_form'
  | 'truncated'
  | 'unknown_fingerprint'
  | 'unknown_schema_id';

export type Frame =
  | { readonly ok: true; readonly schema: ReleasedSchema; readonly bodyOffset: number }
  | { readonly ok: false; readonly fault: WireFault };

/** Avro single-object encoding: C3 01, the schema's fingerprint, the body. What our own producers send. */
export function frameSingleObject(schema: ReleasedSchema, body: Buffer): Buffer {
  return Buffer.concat([SINGLE_OBJECT_MAGIC, schema.fingerprint, body]);
}

/** The Confluent form: 00, the schema's id as 4 bytes big-endian, the body. */
export function frameConfluent(schema: ReleasedSchema, body: Buffer): Buffer {
  const header = Buffer.alloc(CONFLUENT_HEADER_BYTES);
  header.writeUInt8(CONFLUENT_MAGIC, 0);
  header.writeUInt32BE(schema.id, 1);
  return Buffer.concat([header, body]);
}

/**
 * Tells the two wire forms apart by their first bytes and finds the writer's schema. Never throws for the content.
 * @param start where the record lies in `bytes`, up to `end`; `bodyOffset` counts from the beginning of `bytes`
 */
export function readFrame(
  bytes: Buffer | null,
  registry: SchemaRegistry,
  start = 0,
  end = bytes?.length ?? 0,
): Frame {
  const length = end - start;
  if (bytes === null || length === 0) return { ok: false, fault: 'empty_record' };
  if (bytes[start] === CONFLUENT_MAGIC) {
    if (length < CONFLUENT_HEADER_BYTES) return { ok: false, fault: 'truncated' };
    const schema = registry.byId(bytes.readUInt32BE(start + 1));
    if (schema === undefined) return { ok: false, fault: 'unknown_schema_id' };
    return { ok: true, schema, bodyOffset: start + CONFLUENT_HEADER_BYTES };
  }
  if (
    bytes[start] !== SINGLE_OBJECT_MAGIC[0] ||
    (length > 1 && bytes[start + 1] !== SINGLE_OBJECT_MAGIC[1])
  ) {
    return { ok: false, fault: 'unknown_wire_form' };
  }
  if (length < SINGLE_OBJECT_HEADER_BYTES) return { ok: false, fault: 'truncated' };
  const schema = registry.byFingerprint(bytes, start + SINGLE_OBJECT_MAGIC.length);
  if (schema === undefined) return { ok: false, fault: 'unknown_fingerprint' };
  return { ok: true, schema, bodyOffset: start + SINGLE_OBJECT_HEADER_BYTES };
}
