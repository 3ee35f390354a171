import type { RejectReason } from '../../domain/contract/reject-reason.ts';
import type { OpaMisfit } from '../../domain/opa/map-decision.ts';
import type { Identity } from '../../domain/tenancy/tenants.ts';

export type Authenticate = (bearer: string) => Identity | null;

/** An event as it goes into the log. */
export interface OutgoingEvent {
  readonly subject: string;
  readonly topic: string;
  readonly key: string;
  readonly value: Buffer;
}

/** The log cannot take events now, or it is not certain that it has; whoever sent them should send them again. */
export class EventLogUnavailable extends Error {
  constructor() {
    super('the event log does not take events');
    this.name = 'EventLogUnavailable';
  }
}

export interface EventLog {
  /** Resolves when every event is durable (`acks=all`). Throws EventLogUnavailable when that is not certain. */
  append(events: readonly OutgoingEvent[]): Promise<void>;
  /** Whether events are taken, as far as is known. */
  isReady(): boolean;
}

/** Why a whole chunk can never be accepted. */
export type ChunkMisfit =
  | 'body_too_large'
  | 'decompression_bomb'
  | 'not_gzip'
  | 'encoding_not_supported'
  | 'not_json'
  | 'not_an_array';

/** Why something of a chunk was rejected. Closed: a metric label, and the reason in the rejection event. */
export type RejectionReason = ChunkMisfit | OpaMisfit | RejectReason;
