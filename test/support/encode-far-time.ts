import { encodeEvents } from './recorder-fixture.ts';
import { sampleDecision } from './sample-events.ts';

const YEAR_9999_US = 253_370_764_800_000_000n;
const MARK_US = 1_234_567_890_123_456;

/**
 * A decision of the year 9999 as another sender might encode it. Its microseconds are beyond what a number holds
 * exactly, so that our own encoder refuses them: they replace a time that is written first.
 */
export function encodeFarTime(): Buffer {
  const bytes = encodeEvents('decision', [sampleDecision({ decided_at: MARK_US })])[0]?.value;
  const mark = zigZag(BigInt(MARK_US));
  const at = bytes?.indexOf(mark) ?? -1;
  if (bytes === undefined || at < 0) throw new Error('the time to be replaced is not in the encoded event');
  return Buffer.concat([bytes.subarray(0, at), zigZag(YEAR_9999_US), bytes.subarray(at + mark.length)]);
}

/** A long as Avro writes it: zig-zag, then seven bits a byte, lowest first. */
function zigZag(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value << 1n;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
