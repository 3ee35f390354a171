import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FrameReader } from './frame-socket.ts';

function framed(body: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}

/** What comes out when a stream arrives in these pieces. */
function read(chunks: readonly Uint8Array[]): Buffer[] {
  const answers: Buffer[] = [];
  const reader = new FrameReader((answer) => answers.push(Buffer.from(answer)));
  for (const chunk of chunks) reader.read(chunk);
  return answers;
}

function cutAt(stream: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (stream.length + 1)), stream.length].sort((a, b) => a - b);
  return ends.map((end, index) => stream.subarray(ends[index - 1] ?? 0, end));
}

test('however a stream of answers is cut, they come out whole and in order', () => {
  const bodies = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 });
  fc.assert(
    fc.property(bodies, fc.array(fc.nat(), { maxLength: 12 }), (some, places) => {
      const answers = some.map(framed);
      assert.deepEqual(read(cutAt(Buffer.concat(answers), places)), answers);
    }),
  );
});

test('a long answer is whole too, and the memory of one that nobody gave back is not written again', () => {
  const handed: Buffer[] = [];
  const reader = new FrameReader((answer) => handed.push(answer));
  const answers = [1, 2, 3].map((byte) => framed(Buffer.alloc(200_000, byte)));
  for (const chunk of cutAt(Buffer.concat(answers), [65_536, 131_072, 262_144, 500_000])) reader.read(chunk);
  assert.deepEqual(handed, answers);
});

for (const [what, length] of [
  ['negative', -1],
  ['of gigabytes', 0x48545450],
] as const) {
  test(`an answer whose length is ${what} is refused: this is not Kafka`, () => {
    const head = Buffer.alloc(4);
    head.writeInt32BE(length);
    assert.throws(() => read([head]), RangeError);
  });
}
