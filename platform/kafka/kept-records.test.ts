import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepTogether } from './kept-records.ts';

function message(offset: number, value: Buffer | null, headers = {}) {
  return { offset: String(offset), timestamp: '1700000000000', key: Buffer.from('acme'), value, headers };
}

/** Records of one run, long enough to have memory that is used again. */
function longRun(byte: number) {
  const messages = [0, 1].map((offset) => message(offset, Buffer.alloc(300_000, byte)));
  return keepTogether('decisions', 3, messages, 'docket-origin');
}

test('a record without key or value has none, and an empty one has an empty one', () => {
  const [none, empty] = keepTogether(
    'decisions',
    3,
    [
      { ...message(7, null), key: null },
      { ...message(8, Buffer.alloc(0)), key: Buffer.alloc(0) },
    ],
    'docket-origin',
  );
  assert.deepEqual([none?.key, none?.value, none?.memory, none?.bytes], [null, null, undefined, 0]);
  assert.deepEqual([empty?.key, empty?.value, empty?.bytes], [Buffer.alloc(0), Buffer.alloc(0), 0]);
});

test('of headers, the one that is kept counts if it stands once', () => {
  const origin = Buffer.from('0/7');
  const [once, twice, other] = keepTogether(
    'decisions',
    3,
    [
      message(0, Buffer.from('a'), { 'docket-origin': origin }),
      message(1, Buffer.from('a'), { 'docket-origin': [origin, origin] }),
      message(2, Buffer.from('a'), { other: origin }),
    ],
    'docket-origin',
  );
  assert.deepEqual([once?.origin, twice?.origin, other?.origin], [origin, null, null]);
  assert.equal(once?.bytes, 'acme'.length + 'a'.length + origin.length);
});

test('memory is used again once every record of a run was released, and they read as nothing then', () => {
  const first = longRun(1);
  const memory = first[0]?.memory?.buffer;
  for (const record of first) record.release();
  const second = longRun(2);
  assert.equal(second[0]?.memory?.buffer, memory);
  assert.deepEqual(second[1]?.value, Buffer.alloc(300_000, 2));
  assert.equal(first[0]?.value?.length, 0);
});

test('as long as one record of a run was not released, none of its memory is used again', () => {
  const first = longRun(1);
  first[0]?.release();
  const second = longRun(2);
  assert.notEqual(second[0]?.memory?.buffer, first[1]?.memory?.buffer);
  assert.deepEqual(first[1]?.value, Buffer.alloc(300_000, 1));
});
