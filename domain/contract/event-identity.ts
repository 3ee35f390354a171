import { createHash } from 'node:crypto';
import type { Input } from './inputs.ts';

/**
 * What two copies of one event share: 128 bits of SHA-256 over (tenant, producer, event id), each with its length
 * in front, as lower-case hex.
 */
export function eventIdentity(tenantId: string, producerId: string, eventId: Uint8Array): string {
  const hash = createHash('sha256');
  for (const part of [Buffer.from(tenantId, 'utf8'), Buffer.from(producerId, 'utf8'), eventId]) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    hash.update(length).update(part);
  }
  return hash.digest('hex').slice(0, 32);
}

/** An identity in the form in which identities are kept: four words. */
export function identityWords(identity: string): Uint32Array {
  const bytes = Uint8Array.from(Buffer.from(identity, 'hex'));
  return new Uint32Array(bytes.buffer);
}

/** The id of who produced an event; empty where the event id is unique within the tenant. */
export function producerIdOf(input: Input, event: Record<string, unknown>): string {
  return input.producerPath === null ? '' : textAt(event, input.producerPath);
}

/** The Kafka key of an event: its tenant and, where order matters, whose order it is. */
export function partitionKeyOf(input: Input, event: object): string {
  const fields = event as Record<string, unknown>;
  const tenant = textAt(fields, ['tenant_id']);
  return input.keyPath === null ? tenant : `${tenant}|${textAt(fields, input.keyPath)}`;
}

function textAt(event: Record<string, unknown>, [outer, inner]: readonly [string, string?]): string {
  const value = event[outer];
  return String(inner === undefined ? value : (value as Record<string, unknown>)[inner]);
}
