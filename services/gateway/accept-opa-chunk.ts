import { randomBytes, randomUUID } from 'node:crypto';
import type { Rejection } from '../../domain/contract/events.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import { toSafeGrammar } from '../../domain/contract/safe-grammar.ts';
import { parseUuid } from '../../domain/contract/uuid.ts';
import { mapOpaEvent } from '../../domain/opa/map-decision.ts';
import type { SourceRedaction } from '../../domain/recording/redact-at-source.ts';
import type { Identity } from '../../domain/tenancy/tenants.ts';
import { compileEncodeEvent, type EncodeEvent } from './encode-event.ts';
import type { GatewayReport } from './metrics.ts';
import type { EventLog, OutgoingEvent, RejectionReason } from './ports.ts';

export type ReceivedChunk =
  | { readonly ok: true; readonly json: unknown; readonly receivedBytes: number }
  | { readonly ok: false; readonly fault: RejectionReason; readonly receivedBytes: number };

export interface OpaAnswer {
  readonly accepted: number;
  /** Events rejected; null if the chunk could not be read, so that nobody knows how many it held. */
  readonly rejected: number | null;
}

export interface OpaChunkOptions {
  readonly registry: SchemaRegistry;
  readonly log: EventLog;
  readonly report: GatewayReport;
  readonly redaction: SourceRedaction;
  readonly gatewayId: string;
  readonly nowMs: () => number;
}

const ROUTE = 'opa.logs';
const SALT_BYTES = 16;

/**
 * Takes one chunk of OPA's decision log. Returns when everything of it is durable, as a decision or as a rejection
 * (one for each reason, with how many events it is about): OPA sends a chunk that is refused again for ever. Throws
 * EventLogUnavailable when it is to be sent again.
 */
export function createOpaChunkIntake(
  options: OpaChunkOptions,
): (chunk: ReceivedChunk, identity: Identity) => Promise<OpaAnswer> {
  const { log, report } = options;
  const encodeDecision = compileEncodeEvent(options.registry, 'decision', options.redaction);
  const encodeRejection = compileEncodeEvent(options.registry, 'rejection', options.redaction);

  const record = async (
    decisions: readonly OutgoingEvent[],
    rejected: ReadonlyMap<RejectionReason, number | null>,
    receivedBytes: number,
    identity: Identity,
  ) => {
    await log.append(decisions);
    // Last, so that a chunk whose decisions did not get through leaves no rejection for every try.
    await log.append(
      [...rejected].map(([reason, events]) =>
        mustEncode(encodeRejection, toRejection(options, identity, reason, events, receivedBytes)),
      ),
    );
    if (decisions.length > 0) report.accepted('decision', decisions.length);
    for (const [reason, events] of rejected) report.rejected(reason, events);
  };

  return async (chunk, identity) => {
    const { receivedBytes } = chunk;
    const fault = chunk.ok ? (Array.isArray(chunk.json) ? null : 'not_an_array') : chunk.fault;
    if (fault !== null) {
      await record([], new Map([[fault, null]]), receivedBytes, identity);
      return { accepted: 0, rejected: null };
    }
    const events = chunk.ok ? (chunk.json as readonly unknown[]) : [];
    const { decisions, rejected } = translate(events, identity, encodeDecision);
    await record(decisions, rejected, receivedBytes, identity);
    return { accepted: decisions.length, rejected: events.length - decisions.length };
  };
}

function translate(events: readonly unknown[], identity: Identity, encode: EncodeEvent) {
  const decisions: OutgoingEvent[] = [];
  const rejected = new Map<RejectionReason, number>();
  const reject = (reason: RejectionReason) => rejected.set(reason, (rejected.get(reason) ?? 0) + 1);
  const context = {
    tenantId: identity.tenantId,
    fallbackEnforcerId: toSafeGrammar(identity.subject) || 'opa',
    newSalt: () => randomBytes(SALT_BYTES),
  };
  for (const event of events) {
    const mapped = mapOpaEvent(event, context);
    if (!mapped.ok) {
      reject(mapped.misfit);
      continue;
    }
    const encoded = encode(mapped.decision);
    if (encoded.ok) decisions.push(encoded.event);
    else reject(encoded.reason);
  }
  return { decisions, rejected };
}

function toRejection(
  options: OpaChunkOptions,
  identity: Identity,
  reason: RejectionReason,
  events: number | null,
  receivedBytes: number,
): Rejection {
  return {
    rejection_id: parseUuid(randomUUID()) ?? randomBytes(SALT_BYTES),
    tenant_id: identity.tenantId,
    gateway_id: options.gatewayId,
    route: ROUTE,
    reason,
    events,
    bytes: receivedBytes,
    rejected_at: options.nowMs() * 1000,
    salt: randomBytes(SALT_BYTES),
  };
}

/** A rejection is made of our own words: one that cannot be encoded is a fault of ours. */
function mustEncode(encode: EncodeEvent, rejection: Rejection): OutgoingEvent {
  const encoded = encode(rejection);
  if (!encoded.ok) throw new Error(`rejection: ${encoded.reason} in ${encoded.field ?? 'the record'}`);
  return encoded.event;
}
