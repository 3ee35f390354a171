import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import type { OutgoingEvent, VaultStore } from './ports.ts';
import { decodeStatement } from './statement-frames.ts';

export interface SendOptions {
  readonly store: VaultStore;
  readonly registry: SchemaRegistry;
  /** Resolves when Kafka has it (`acks=all`). */
  readonly send: (event: OutgoingEvent) => Promise<void>;
  /** Keeps a statement of an erasure beside the backups, durable when it resolves. */
  readonly keep: (framed: Buffer) => Promise<void>;
}

const EVENTS_AT_ONCE = 100;

/**
 * Sends what waits, in order, and forgets it when it is certain that it is there. After a crash an event may be sent
 * twice: it has the same id, and the recorder knows the second for what it is. Rejects at the first that fails.
 * Who calls while a run is under way waits for one that starts after it: it may have missed the caller's event.
 */
export function createSending(options: SendOptions): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  return () => {
    if (next === null) {
      const run = last
        .catch(() => {})
        .then(() => {
          next = null;
          return sendAll(options);
        });
      next = run;
      last = run;
    }
    return next;
  };
}

async function sendAll({ store, registry, send, keep }: SendOptions): Promise<void> {
  for (;;) {
    const events = store.waiting(EVENTS_AT_ONCE);
    if (events.length === 0) return;
    for (const event of events) {
      // Beside the backups first: a vault that is restored from them must know of it, whatever became of Kafka.
      if (decodeStatement(registry, event.value)?.kind === 'ERASURE') await keep(event.value);
      await send(event);
      store.atomically(() => store.dequeue(event.sequence));
    }
  }
}
