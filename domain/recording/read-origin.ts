import type { SourceRecord } from './source-record.ts';

/** Kafka header of a replayed record: `<partition>/<offset>` of the quarantined record that it is a copy of. */
export const ORIGIN_HEADER = 'docket-origin';

const CANONICAL = /^(0|[1-9]\d{0,9})\/(0|[1-9]\d{0,15})$/;

/** The value of the header for the replay of a record; it must be sent to the same topic and partition. */
export function originHeaderOf(partition: number, offset: number): string {
  return `${partition}/${offset}`;
}

/**
 * Offset of the quarantined record that this one replays; null if it replays none. A header counts only in its
 * canonical form, about the record's own partition and an offset before its own. Anything else counts as absent:
 * anyone may attach a header, and a bad one is no reason to refuse a good event.
 */
export function originOffsetOf({ origin, partition, offset }: SourceRecord): number | null {
  // Longer than any canonical value: not even turned into text.
  if (origin === null || origin.length > 27) return null;
  const match = CANONICAL.exec(origin.toString('latin1'));
  if (match === null || Number(match[1]) !== partition) return null;
  const originOffset = Number(match[2]);
  return originOffset < offset ? originOffset : null;
}
