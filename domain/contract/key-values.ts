import type { KeyValue } from './events.ts';

/** Compares by unsigned UTF-8 bytes: the one order in which keys stand in canonical bytes. */
export function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}

/** The entries of an object as canonical key/value pairs: unique keys, sorted by their UTF-8 bytes. */
export function toKeyValues(entries: Readonly<Record<string, string>>): KeyValue[] {
  return Object.keys(entries)
    .sort(compareUtf8)
    .map((key) => ({ key, value: entries[key] ?? '' }));
}
