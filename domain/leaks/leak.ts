import { Buffer } from 'node:buffer';
import { toSafeGrammar } from '../contract/safe-grammar.ts';
import { uuidFromText } from '../contract/uuid.ts';

/** Who found it: the final gate before storing, a logger, or the scan of what is stored. */
export type LeakSource = 'GATE' | 'LOG' | 'AUDIT';

export const LEAK_SOURCES: readonly LeakSource[] = ['GATE', 'LOG', 'AUDIT'];

/** Something found where it must not be: where, and by which rule, never what. */
export interface Leak {
  readonly source: LeakSource;
  /** Empty where nobody can say. */
  readonly tenantId: string;
  /** Where it stands or would have stood; empty for a log. */
  readonly table: string;
  /** Of the record; null for a log. */
  readonly at: { readonly topic: string; readonly partition: number; readonly offset: number } | null;
  /** Field of the event, or of the log line. */
  readonly path: string;
  readonly rule: string;
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly foundAtMs: number;
}

/** Of whoever reports leaks. */
export interface LeakReporter {
  readonly service: string;
  /** Digest (hex) of the rules that found it. */
  readonly rulesetDigest: string;
}

const HOUR_MS = 3_600_000;

/** Columns of the table `leaks`, with their types as they are sent. */
export const LEAK_COLUMNS = [
  { name: 'leak_id', type: 'UUID' },
  { name: 'found_at', type: "DateTime64(3, 'UTC')" },
  { name: 'tenant_id', type: 'String' },
  { name: 'source', type: 'String' },
  { name: 'service', type: 'String' },
  { name: 'table', type: 'String' },
  { name: 'topic', type: 'Nullable(String)' },
  { name: 'partition', type: 'Nullable(Int32)' },
  { name: 'offset', type: 'Nullable(Int64)' },
  { name: 'path', type: 'String' },
  { name: 'rule', type: 'String' },
  { name: 'count', type: 'Int32' },
  { name: 'ruleset', type: 'FixedString(32)' },
] as const;

/** One value for each of LEAK_COLUMNS. */
export function leakRow(leak: Leak, { service, rulesetDigest }: LeakReporter): readonly unknown[] {
  const { at } = leak;
  return [
    leakId(leak, service),
    leak.foundAtMs,
    leak.tenantId,
    leak.source,
    service,
    leak.table,
    at?.topic ?? null,
    at?.partition ?? null,
    at?.offset ?? null,
    toSafeGrammar(leak.path),
    toSafeGrammar(leak.rule),
    leak.count,
    Buffer.from(rulesetDigest, 'hex'),
  ];
}

/**
 * The id (16 bytes) of a leak follows from where it is, so that one that is found again is the same: after a crash, by
 * a replay, by two evaluators. What a log holds has no place; there it is one for each hour.
 */
export function leakId({ at, path, rule, foundAtMs }: Leak, service: string): Buffer {
  const place =
    at === null
      ? ['log', service, Math.floor(foundAtMs / HOUR_MS)]
      : ['record', at.topic, at.partition, at.offset];
  return uuidFromText(['docket-leak/1', ...place, toSafeGrammar(path), toSafeGrammar(rule)].join('\0'));
}
