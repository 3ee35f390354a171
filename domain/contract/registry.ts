import { createHash } from 'node:crypto';
import { compileDecoder, type Decoded } from '../avro/decode.ts';
import { compileEncoder } from '../avro/encode.ts';
import { schemaFingerprint } from '../avro/fingerprint.ts';
import { parseSchema, type RecordType } from '../avro/schema.ts';

/** One released schema file. Its id never changes and is never reused; its bytes never change. */
export interface ReleasedSchema {
  /** Id in the Confluent wire form. */
  readonly id: number;
  /** Such as `decision` or `recorded-decision`. */
  readonly subject: string;
  readonly version: number;
  readonly text: string;
  /** S of the leaf: SHA-256 over the file's exact bytes (32 bytes). */
  readonly sha256: Buffer;
  /** CRC-64-AVRO as it stands in the single-object form (8 bytes, little-endian). */
  readonly fingerprint: Buffer;
  readonly type: RecordType;
  readonly encode: (value: object) => Buffer;
  readonly decode: (bytes: Buffer, offset?: number) => Decoded;
}

export interface SchemaRegistry {
  readonly all: readonly ReleasedSchema[];
  byId(id: number): ReleasedSchema | undefined;
  /** By the 8 bytes of a fingerprint that stand in `bytes` at `at`. */
  byFingerprint(bytes: Buffer, at: number): ReleasedSchema | undefined;
  /** The newest version of a subject. Throws when the subject was never released. */
  newest(subject: string): ReleasedSchema;
}

const FILE_NAME = /^(\d{4})\.([a-z][a-z-]*)\.v(\d+)\.avsc$/;

/**
 * Builds the registry from the released files, named `<id>.<subject>.v<version>.avsc`.
 * Throws an Error that names the file when a name is malformed, or an id or a fingerprint stands twice.
 */
export function createRegistry(files: readonly { name: string; bytes: Buffer }[]): SchemaRegistry {
  const all = files.map(readReleased).sort((a, b) => a.id - b.id);
  const byId = new Map<number, ReleasedSchema>();
  /** By the first half of the fingerprint, as a number: every record is looked up. */
  const byFirstWord = new Map<number, ReleasedSchema>();
  for (const schema of all) {
    const firstWord = schema.fingerprint.readUInt32LE(0);
    const other = byId.get(schema.id) ?? byFirstWord.get(firstWord);
    if (other !== undefined) {
      const names = `${schema.subject} v${schema.version} and ${other.subject} v${other.version}`;
      throw new Error(
        `released schemas: ${names} share an id or a fingerprint; a reader could not tell them apart`,
      );
    }
    byId.set(schema.id, schema);
    byFirstWord.set(firstWord, schema);
  }
  return {
    all,
    byId: (id) => byId.get(id),
    byFingerprint: (bytes, at) => {
      const schema = byFirstWord.get(bytes.readUInt32LE(at));
      return schema !== undefined && bytes.readUInt32LE(at + 4) === schema.fingerprint.readUInt32LE(4)
        ? schema
        : undefined;
    },
    newest: (subject) => newestOf(all, subject),
  };
}

function readReleased(file: { name: string; bytes: Buffer }): ReleasedSchema {
  const match = FILE_NAME.exec(file.name);
  if (match === null) {
    throw new Error(`released schemas: ${file.name} should be named <4-digit id>.<subject>.v<version>.avsc`);
  }
  const text = file.bytes.toString('utf8');
  const type = parseSchema(text);
  return {
    id: Number(match[1]),
    subject: match[2] as string,
    version: Number(match[3]),
    text,
    sha256: createHash('sha256').update(file.bytes).digest(),
    fingerprint: schemaFingerprint(text),
    type,
    encode: compileEncoder(type),
    decode: compileDecoder(type),
  };
}

function newestOf(all: readonly ReleasedSchema[], subject: string): ReleasedSchema {
  const versions = all.filter((schema) => schema.subject === subject);
  const newest = versions.reduce<ReleasedSchema | undefined>(
    (best, schema) => (best === undefined || schema.version > best.version ? schema : best),
    undefined,
  );
  if (newest === undefined)
    throw new Error(`released schemas: there is no schema ${JSON.stringify(subject)}`);
  return newest;
}
