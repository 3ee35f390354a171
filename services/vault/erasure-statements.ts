import { type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { partitionKeyOf } from '../../domain/contract/event-identity.ts';
import type { ErasureRequest, Statement } from '../../domain/contract/events.ts';
import { inputOf } from '../../domain/contract/inputs.ts';
import { toKeyValues } from '../../domain/contract/key-values.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import { parseUuid } from '../../domain/contract/uuid.ts';
import { frameSingleObject } from '../../domain/contract/wire.ts';
import type { Barrier } from '../../domain/erasure/barriers.ts';
import { openIndex, sealIndex } from '../../domain/erasure/index-subject.ts';
import type { ErasureRow, ErasureState, Signer } from './ports.ts';

/** Statements of erasures: what they say, and what a restored vault learns from them. */

/** What an erasure's statement says. */
export interface StatedErasure {
  readonly erasureId: Buffer;
  readonly tenant: string;
  readonly index: Buffer;
  readonly state: Exclude<ErasureState, 'HELD_PENDING'>;
  readonly kekVersion: number;
  readonly requestedMs: number;
  readonly erasingMs: number;
  readonly barriers: readonly Barrier[];
}

/**
 * The statement of an erasure in its state: which erasure, up to where the logs are trimmed, which KEK version goes.
 * The subject's index stands in it sealed: the vault alone can read it.
 */
export function stateErasure(
  erasure: ErasureRow,
  { signer, indexKey, nowMs }: { signer: Signer; indexKey: KeyObject; nowMs: number },
): Statement {
  return signer.sign({
    statement_id: newUuid(),
    tenant_id: erasure.tenant,
    kind: 'ERASURE',
    about: erasure.erasureId,
    ranges: erasure.barriers
      .filter(({ offset }) => offset > 0)
      .map(({ topic, partition, offset }) => ({
        topic,
        partition,
        first_offset: 0,
        last_offset: offset - 1,
      })),
    rows: 0,
    details: toKeyValues({
      state: erasure.state,
      keys: String(erasure.kekVersion === 0 ? 0 : 1),
      kek: String(erasure.kekVersion),
      requested_ms: String(erasure.requestedMs),
      erasing_ms: String(erasure.erasingMs ?? nowMs),
      tombstone: sealIndex(indexKey, erasure.erasureId, erasure.index, randomBytes(12)),
    }),
    issued_at: nowMs * 1000,
    salt: randomBytes(16),
  });
}

/** What a statement says of an erasure; null for another one, or where it is of another vault. */
export function readStatedErasure(statement: Statement, indexKey: KeyObject): StatedErasure | null {
  if (statement.kind !== 'ERASURE' || statement.about === null) return null;
  const details = new Map(statement.details.map(({ key, value }) => [key, value]));
  const state = details.get('state');
  if (state !== 'ERASING' && state !== 'DESTROYED' && state !== 'COMPLETE') return null;
  const erasureId = Buffer.from(statement.about);
  const index = openIndex(indexKey, erasureId, details.get('tombstone') ?? '');
  if (index === null) return null;
  return {
    erasureId,
    tenant: statement.tenant_id,
    index,
    state,
    kekVersion: Number(details.get('kek')),
    requestedMs: Number(details.get('requested_ms')),
    erasingMs: Number(details.get('erasing_ms')),
    barriers: statement.ranges.map(({ topic, partition, last_offset }) => ({
      topic,
      partition,
      offset: last_offset + 1,
    })),
  };
}

/** An event as it is kept until it is sent. */
export function frameEvent(
  registry: SchemaRegistry,
  subject: 'statement' | 'erasure-request' | 'access',
  event: object,
): { readonly topic: string; readonly key: string; readonly value: Buffer } {
  const input = inputOf(subject);
  const schema = registry.newest(subject);
  return {
    topic: input.topic,
    key: partitionKeyOf(input, event),
    value: frameSingleObject(schema, schema.encode(event)),
  };
}

/** The event that somebody asked for an erasure; says of nobody who it is about. */
export function toErasureRequest(erasure: ErasureRow, requestedBy: string, reason: string): ErasureRequest {
  return {
    erasure_id: erasure.erasureId,
    tenant_id: erasure.tenant,
    requested_by: requestedBy,
    held: erasure.state === 'HELD_PENDING',
    reason,
    requested_at: erasure.requestedMs * 1000,
    salt: randomBytes(16),
  };
}

/** 16 random bytes in the form of a UUID. */
export function newUuid(): Buffer {
  return parseUuid(randomUUID()) ?? randomBytes(16);
}
