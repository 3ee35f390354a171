import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { microsFromRfc3339 } from './rfc3339-micros.ts';

const CASES: readonly (readonly [string, number | null])[] = [
  ['1970-01-01T00:00:00Z', 0],
  ['2026-03-04T05:06:07.123456789Z', 1_772_600_767_123_456],
  ['2026-03-04T05:06:07.1Z', 1_772_600_767_100_000],
  ['2026-03-04t07:06:07+02:00', 1_772_600_767_000_000],
  ['2026-03-04T00:36:07-04:30', 1_772_600_767_000_000],
  ['1969-12-31T23:59:59.5Z', -500_000],
  ['2026-02-30T00:00:00Z', null],
  ['2026-13-01T00:00:00Z', null],
  ['2026-01-01T24:00:00Z', null],
  ['2026-01-01T00:00:60Z', null],
  ['2026-01-01T00:00:00', null],
  ['2026-01-01T00:00:00+24:00', null],
  ['2026-01-01 00:00:00Z', null],
  ['2026-01-01', null],
  ['yesterday', null],
  ['', null],
];

test('RFC 3339 times become microseconds, anything else null', () => {
  for (const [text, micros] of CASES) assert.equal(microsFromRfc3339(text), micros, text);
});

test('every millisecond comes back from the text that Date writes', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('2105-01-01'), noInvalidDate: true }), (date) => {
      assert.equal(microsFromRfc3339(date.toISOString()), date.getTime() * 1000);
    }),
  );
});
