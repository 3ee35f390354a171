import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import type { SourceRedaction } from '../../domain/recording/redact-at-source.ts';
import type { Identity } from '../../domain/tenancy/tenants.ts';
import { compileEncodeEvent, type EncodeEvent } from './encode-event.ts';
import type { EventFields } from './event-route-specs.ts';
import type { EventRoute, Problem } from './event-routes.ts';
import type { GatewayReport } from './metrics.ts';
import type { EventLog, OutgoingEvent } from './ports.ts';

export type EventsAnswer =
  | { readonly kind: 'accepted'; readonly accepted: number }
  | { readonly kind: 'tenant_mismatch' }
  | { readonly kind: 'too_many_events'; readonly maximum: number }
  /** At most 100 of them; `total` says how many there are. */
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[]; readonly total: number }
  | { readonly kind: 'event_too_large'; readonly path: string };

export interface EventIntakeOptions {
  readonly registry: SchemaRegistry;
  readonly log: EventLog;
  readonly report: GatewayReport;
  readonly redaction: SourceRedaction;
}

const MAX_EVENTS = 10_000;
const MAX_PROBLEMS = 100;

type Prepared = { readonly events: readonly OutgoingEvent[] } | { readonly refusal: EventsAnswer };

/**
 * Takes one event or an array of them, all or none. Says `accepted` when every one is durable; throws
 * EventLogUnavailable when they are to be sent again.
 */
export function createEventIntake(
  route: EventRoute,
  options: EventIntakeOptions,
): (json: unknown, identity: Identity) => Promise<EventsAnswer> {
  const encode = compileEncodeEvent(options.registry, route.subject, options.redaction);
  return async (json, identity) => {
    const items: readonly unknown[] = Array.isArray(json) ? json : [json];
    if (items.length > MAX_EVENTS) return { kind: 'too_many_events', maximum: MAX_EVENTS };
    if (items.some((item) => namesAnotherTenant(item, identity.tenantId))) return { kind: 'tenant_mismatch' };
    const prepared = prepare(items, route, identity, encode, (index) =>
      Array.isArray(json) ? `$[${index}]` : '$',
    );
    if ('refusal' in prepared) return prepared.refusal;
    await options.log.append(prepared.events);
    if (items.length > 0) options.report.accepted(route.subject, items.length);
    return { kind: 'accepted', accepted: items.length };
  };
}

function namesAnotherTenant(item: unknown, tenantId: string): boolean {
  if (typeof item !== 'object' || item === null || !Object.hasOwn(item, 'tenant_id')) return false;
  return (item as EventFields).tenant_id !== tenantId;
}

function prepare(
  items: readonly unknown[],
  route: EventRoute,
  identity: Identity,
  encode: EncodeEvent,
  rootOf: (index: number) => string,
): Prepared {
  const problems: Problem[] = [];
  const events: OutgoingEvent[] = [];
  let total = 0;
  let tooLarge: string | null = null;
  items.forEach((item, index) => {
    const found = readEvent(item, route, identity, encode);
    if ('event' in found) events.push(found.event);
    else if ('tooLarge' in found) tooLarge ??= rootOf(index);
    else {
      total += found.problems.length;
      const room = MAX_PROBLEMS - problems.length;
      const here = found.problems.slice(0, room);
      problems.push(...here.map(({ path, message }) => ({ path: `${rootOf(index)}${path}`, message })));
    }
  });
  if (total > 0) return { refusal: { kind: 'invalid', problems, total } };
  if (tooLarge !== null) return { refusal: { kind: 'event_too_large', path: tooLarge } };
  return { events };
}

type Found =
  | { readonly event: OutgoingEvent }
  | { readonly tooLarge: true }
  | { readonly problems: readonly Problem[] };

function readEvent(item: unknown, route: EventRoute, identity: Identity, encode: EncodeEvent): Found {
  const read = route.schema.safeParse(item);
  if (!read.success) {
    return { problems: read.error.issues.map(({ path, message }) => ({ path: jsonPath(path), message })) };
  }
  const fields = read.data as EventFields;
  const checked = route.check(fields);
  if (checked.length > 0) {
    return { problems: checked.map(({ field, message }) => ({ path: `.${field}`, message })) };
  }
  const encoded = encode(route.complete(fields, identity));
  if (encoded.ok) return { event: encoded.event };
  if (encoded.reason === 'oversized_record') return { tooLarge: true };
  // The JSON form is at least as strict as the recorder; should it ever not be, the sender is told all the same.
  const path = encoded.field === null ? '' : `.${encoded.field}`;
  return { problems: [{ path, message: `would be quarantined: ${encoded.reason}` }] };
}

function jsonPath(path: readonly PropertyKey[]): string {
  return path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
}
