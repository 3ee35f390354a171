import { INPUTS } from '../../../domain/contract/inputs.ts';
import type { Acknowledged } from '../acknowledged-ledger.ts';

/** One row, of whatever table, at one offset. */
export interface StoredRow {
  readonly offset: number;
  readonly table: string;
  readonly leaf: string;
  /** The event's id in the form of a UUID; empty where quarantine has none. */
  readonly id: string;
  /** SAME or CONFLICT for a duplicate, else empty. */
  readonly content: string;
}

/** What is wrong with where an acknowledged event ended; null if nothing is. That it is nowhere is not judged here. */
export function judgeAcknowledged(
  event: Acknowledged,
  topic: string,
  found: readonly StoredRow[],
  trimmed: ReadonlySet<number>,
): string | null {
  if (found.length === 0) return null;
  const held = found.find((row) => event.id === null || row.id === event.id);
  if (held === undefined) return 'holds another event than was acknowledged';
  const isDuplicate = held.table === 'duplicates';
  if (event.fate === 'QUARANTINED') {
    return held.table === 'quarantine' ? null : `should be quarantined, and is in ${held.table}`;
  }
  if (event.fate === 'RECORDED') {
    return held.table === tableOf(topic) ? null : `should be recorded, and is in ${held.table}`;
  }
  // The original was trimmed before it was recorded: its first copy takes its place.
  if (event.copyOf !== null && trimmed.has(event.copyOf)) return null;
  if (!isDuplicate) return `a copy of ${event.copyOf} that is in ${held.table}`;
  return held.content === event.fate
    ? null
    : `a copy of ${event.copyOf}: ${held.content} instead of ${event.fate}`;
}

function tableOf(topic: string): string | undefined {
  return INPUTS.find((input) => input.topic === topic)?.table;
}
