import { createRequire } from 'node:module';

/** A connection's queue of requests, as far as it decides when to look at it again. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  /** Until when the broker asked for no more requests, in milliseconds since 1970; −1 for never. */
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
}

interface RequestQueuePrototype {
  scheduleCheckPendingRequests(this: RequestQueue): void;
}

/** As kafkajs has it, for requests that wait for another one's answer. */
const CHECK_INTERVAL_MS = 10;

/**
 * From now on, connections of this process look at their queue of requests only when something is in it. kafkajs sets a
 * timer behind every answer, for a time that has long passed when nothing was ever throttled, so that it fires within a
 * millisecond and sets itself anew for as long as the connection lives: 4 % of a core for a process that does nothing.
 * There is no option for it, so the method that sets the timer is replaced.
 */
export function restWhenIdle(): void {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
    readonly prototype: RequestQueuePrototype;
  };
  prototype.scheduleCheckPendingRequests = scheduleWhenPending;
}

const scheduleWhenPending: RequestQueuePrototype['scheduleCheckPendingRequests'] = function (
  this: RequestQueue,
) {
  if (this.throttleCheckTimeoutId !== null && this.throttleCheckTimeoutId !== undefined) return;
  if (this.pending.length === 0) return;
  const throttledMs = this.throttledUntil - Date.now();
  const waitMs = throttledMs > 0 ? throttledMs : CHECK_INTERVAL_MS;
  this.throttleCheckTimeoutId = setTimeout(() => {
    this.throttleCheckTimeoutId = null;
    this.checkPendingRequests();
  }, waitMs);
};
