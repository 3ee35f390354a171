import type { SourceRecord } from '../../../domain/recording/source-record.ts';
import type { Dice } from './dice.ts';

/**
 * Lays a record's value between bytes of others, as records lie that were fetched together: what is read beyond either
 * end of it shows.
 */
export function placeInMemory(
  record: SourceRecord & { readonly value: Buffer },
  neighbour: Buffer,
  dice: Dice,
): SourceRecord {
  const { value } = record;
  const before = neighbour.subarray(neighbour.length - dice.below(Math.min(neighbour.length, 20) + 1));
  const after = neighbour.subarray(0, dice.below(Math.min(neighbour.length, 200) + 1));
  const valueStart = before.length;
  const memory = Buffer.concat([before, value, after]);
  return { ...record, memory, keyStart: -1, valueStart, valueEnd: valueStart + value.length };
}
