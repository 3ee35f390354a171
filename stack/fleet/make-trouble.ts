import type { OutgoingRecord } from '../../platform/kafka/event-producer.ts';
import { Random } from './random.ts';

export interface Trouble {
  readonly kind: 'duplicate' | 'poison';
  readonly record: OutgoingRecord;
}

const DUPLICATE_SHARE = 1 / 300;
const POISON_SHARE = 1 / 500;
const HEADER_BYTES = 10;

/**
 * What goes wrong right after a producer's record number `index`, beside the record itself: it is sent again, or a
 * record follows that nobody can read (cut off, or under a fingerprint that nobody released).
 */
export function troubleAfter(record: OutgoingRecord, random: Random): Trouble[] {
  const troubles: Trouble[] = [];
  if (random.chance(DUPLICATE_SHARE)) troubles.push({ kind: 'duplicate', record });
  if (random.chance(POISON_SHARE)) {
    troubles.push({ kind: 'poison', record: { key: record.key, value: poison(record.value, random) } });
  }
  return troubles;
}

function poison(value: Buffer, random: Random): Buffer {
  if (random.chance(0.5)) return value.subarray(0, random.whole(HEADER_BYTES, value.length - 1));
  return Buffer.concat([Buffer.from([0xc3, 0x01]), random.bytes(8), value.subarray(HEADER_BYTES)]);
}

/** The generator of the trouble after one producer's record number `index`. */
export function troubleRandom(seed: number, producer: string, index: number): Random {
  return new Random(seed, 'trouble', producer, index);
}
