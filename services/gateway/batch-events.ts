import type { EventLogUnavailable, OutgoingEvent } from './ports.ts';

/** Events that go out together or not at all, and whom to tell. */
export interface Waiting {
  readonly events: readonly OutgoingEvent[];
  readonly done: () => void;
  readonly failed: (error: EventLogUnavailable) => void;
}

/** A batch must stay below the topic's max.message.bytes of 4 MiB, with an event of 1 MiB more in it. */
const MAX_BATCH_BYTES = 1024 * 1024;

/** Parts in order, each no larger than a batch. */
export function sliceEvents(events: readonly OutgoingEvent[]): OutgoingEvent[][] {
  const slices: OutgoingEvent[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const event of events) {
    if (bytes + event.value.length > MAX_BATCH_BYTES) {
      slices.push([]);
      bytes = 0;
    }
    slices.at(-1)?.push(event);
    bytes += event.value.length;
  }
  return slices;
}

/** Takes the first to wait, and those behind them that fit into the same batch; at least one. */
export function takeBatch(waiting: Waiting[]): Waiting[] {
  let bytes = 0;
  let count = 0;
  for (const { events } of waiting) {
    bytes += events.reduce((sum, event) => sum + event.value.length, 0);
    if (count > 0 && bytes > MAX_BATCH_BYTES) break;
    count++;
  }
  return waiting.splice(0, count);
}
