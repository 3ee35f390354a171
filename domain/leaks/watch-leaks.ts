import type { TextRedactor } from '../redaction/text-redactor.ts';
import { LEAK_COLUMNS, type LeakSource } from './leak.ts';
import { createLeakSink, type LeakFate, type LeakSink } from './leak-sink.ts';
import { createLogGate, type LogGate } from './log-gate.ts';

/** How leaks get into their table: a queue of this size, emptied this often. */
export const LEAK_QUEUE = {
  table: 'leaks',
  columns: LEAK_COLUMNS,
  maxQueued: 10_000,
  everyMs: 1_000,
} as const;

export interface LeakWatchOptions {
  readonly service: string;
  readonly redactor: TextRedactor;
  /** Puts a row of LEAK_COLUMNS on its way; false when there is no room. */
  readonly offer: (row: readonly unknown[]) => boolean;
  readonly counters: {
    readonly event: (source: LeakSource, fate: LeakFate) => void;
    readonly logLeak: (rule: string) => void;
  };
  readonly nowMs: () => number;
}

/** What a service with a store needs to tell of leaks: those it finds, and those in its own log. */
export interface LeakWatch {
  readonly sink: LeakSink;
  readonly logGate: LogGate;
}

export function createLeakWatch({ service, redactor, offer, counters, nowMs }: LeakWatchOptions): LeakWatch {
  const sink = createLeakSink({
    service,
    rulesetDigest: redactor.digest,
    offer,
    count: counters.event,
    nowMs,
  });
  const logGate = createLogGate(redactor, (path, rule) => {
    counters.logLeak(rule);
    sink({
      source: 'LOG',
      tenantId: '',
      table: '',
      at: null,
      path,
      rule,
      count: 1,
      foundAtMs: nowMs(),
    });
  });
  return { sink, logGate };
}
