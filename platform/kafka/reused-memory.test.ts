import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReusedMemory } from './reused-memory.ts';

const options = { smallestBytes: 100, pieceBytes: 1_000, mostIdle: 2 };

test('a piece that was given back is handed out again', () => {
  const memory = new ReusedMemory(options);
  const first = memory.take(600);
  memory.giveBack(first.subarray(10, 20));
  const second = memory.take(900);
  assert.equal(second.buffer, first.buffer);
  assert.deepEqual([first.length, second.length], [600, 900]);
});

test('what is not given back is never handed out again', () => {
  const memory = new ReusedMemory(options);
  assert.notEqual(memory.take(600).buffer, memory.take(600).buffer);
});

test('what is short or longer than a piece has memory of its own', () => {
  const memory = new ReusedMemory(options);
  for (const bytes of [0, 99, 1_001]) {
    const own = memory.take(bytes);
    assert.equal(own.buffer.byteLength, bytes);
    memory.giveBack(own);
    assert.notEqual(memory.take(bytes).buffer, own.buffer);
  }
});

test('no more is kept for later than is allowed', () => {
  const memory = new ReusedMemory(options);
  const three = [memory.take(600), memory.take(600), memory.take(600)];
  for (const piece of three) memory.giveBack(piece);
  const again = [memory.take(600), memory.take(600), memory.take(600)].map(({ buffer }) => buffer);
  assert.equal(three.filter(({ buffer }) => again.includes(buffer)).length, 2);
});

test('giving the same memory back twice is an error: two would write into it', () => {
  const memory = new ReusedMemory(options);
  const piece = memory.take(600);
  memory.giveBack(piece);
  assert.throws(() => memory.giveBack(piece), /given back twice/);
});
