import { setTimeout as sleep } from 'node:timers/promises';
import type { Incident } from '../../domain/contract/events.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import { formatUuid } from '../../domain/contract/uuid.ts';
import type { EventProducer } from '../../platform/kafka/event-producer.ts';
import { publishEvent } from '../publish-event.ts';
import type { IncidentStore } from './incident-store.ts';

/** What is sent is recorded within a second or two. */
const RECORDED_WITHIN_MS = 15_000;
const RETRY_MS = 250;

/**
 * Sends a step of an incident and waits until it is recorded: the next step is made of it, so that without the wait two
 * commands in a row would lose what the first one said. Says so when it takes too long; the step is safe in Kafka then.
 */
export async function publishStep(
  producer: Pick<EventProducer, 'send'>,
  store: IncidentStore,
  registry: SchemaRegistry,
  incident: Incident,
): Promise<void> {
  await publishEvent(producer, registry, 'incident', incident);
  const recordId = formatUuid(incident.record_id);
  const deadlineMs = Date.now() + RECORDED_WITHIN_MS;
  while (Date.now() < deadlineMs) {
    if (await store.isRecorded(incident.tenant_id, recordId).catch(() => false)) return;
    await sleep(RETRY_MS);
  }
  console.error(
    'This step is sent, and not recorded yet: does the recorder run? Wait for it before the next step.',
  );
}

/** The newest step that is recorded. Throws an Error that says what to look at when there is none. */
export async function requireNewest(store: IncidentStore, tenant: string, id: string): Promise<Incident> {
  const incident = await store.readNewest(tenant, id);
  if (incident !== null) return incident;
  throw new Error(`no incident ${id} of ${tenant} is recorded; is the id right, and does the recorder run?`);
}
