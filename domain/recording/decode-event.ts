import { compileProjection } from '../avro/resolve.ts';
import type { ReleasedSchema, SchemaRegistry } from '../contract/registry.ts';
import { readFrame } from '../contract/wire.ts';
import { emit, reject, type Verdict } from './verdict.ts';

export type EventFields = Record<string, unknown>;

/** The largest record that is decoded; larger ones are quarantined unread. */
export const MAX_RECORD_BYTES = 1024 * 1024;

/**
 * Gives the event in the newest schema of its subject. `seenWriter` is told the writer's schema as soon as the frame
 * is read: quarantine names it even when decoding fails.
 */
export type DecodeStage = (
  bytes: Buffer | null,
  seenWriter: (writer: ReleasedSchema) => void,
) => Verdict<EventFields>;

/**
 * Compiles the decode stage for one topic: wire form → writer's schema → event as the newest release reads it.
 * No look-up leaves the process; an unknown fingerprint or id is a reason to quarantine.
 */
export function compileDecodeStage(registry: SchemaRegistry, subject: string): DecodeStage {
  const reader = registry.newest(subject);
  const projections = new Map(
    registry.all
      .filter((schema) => schema.subject === subject && schema.id !== reader.id)
      .map((writer) => [writer.id, compileProjection(writer.type, reader.type)]),
  );
  return (bytes, seenWriter) => {
    if (bytes !== null && bytes.length > MAX_RECORD_BYTES) return reject('oversized_record');
    const frame = readFrame(bytes, registry);
    if (!frame.ok) return reject(frame.fault);
    seenWriter(frame.schema);
    if (frame.schema.subject !== subject) return reject('wrong_schema');
    const decoded = frame.schema.decode(bytes as Buffer, frame.bodyOffset);
    if (!decoded.ok) return reject(decoded.fault);
    return emit(projections.get(frame.schema.id)?.(decoded.value) ?? decoded.value);
  };
}
