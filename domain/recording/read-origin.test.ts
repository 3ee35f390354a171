import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { originHeaderOf, originOffsetOf } from './read-origin.ts';

function read(header: string | Buffer | null, partition = 3, offset = 100): number | null {
  const origin = typeof header === 'string' ? Buffer.from(header) : header;
  const at = { topic: 't', partition, offset, appendMs: 0 };
  return originOffsetOf({ ...at, key: null, origin, value: null, bytes: origin?.length ?? 0 });
}

test('what a replay writes is read back, for every earlier offset of its own partition', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), fc.maxSafeNat(), fc.maxSafeNat(), (partition, a, b) => {
      const [origin, offset] = a < b ? [a, b] : [b, a];
      const wanted = origin < offset ? origin : null;
      assert.equal(read(originHeaderOf(partition, origin), partition, offset), wanted);
    }),
  );
});

const ABSENT: readonly [string, string | Buffer | null][] = [
  ['no header', null],
  ['an empty one', ''],
  ['another partition', '2/7'],
  ['its own offset', '3/100'],
  ['an offset that is still to come', '3/101'],
  ['a leading zero', '3/07'],
  ['a partition with a leading zero', '03/7'],
  ['a sign', '3/+7'],
  ['a space', '3/7 '],
  ['a fraction', '3/7.0'],
  ['another base', '3/0x7'],
  ['other digits', '3/٧'],
  ['a line break at its end', '3/7\n'],
  ['an offset beyond every log', '3/99999999999999999999'],
  ['a megabyte', Buffer.alloc(1024 * 1024, '3')],
  ['bytes that are no text', Buffer.from([0xff, 0x2f, 0x37])],
];

for (const [what, header] of ABSENT) {
  test(`${what} counts as no origin`, () => assert.equal(read(header), null));
}
