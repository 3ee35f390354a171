import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { before, test } from 'node:test';
import { keepHeadersNamed } from './keep-headers.ts';

const require = createRequire(import.meta.url);
const Decoder = require('kafkajs/src/protocol/decoder');
const decodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0/decoder');

before(() => keepHeadersNamed('docket-origin'));

/** A number as Avro and Kafka write it: zigzag, then seven bits a byte. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value >= 0 ? value * 2 : -value * 2 - 1;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

function sized(bytes: Buffer): Buffer {
  return Buffer.concat([varint(bytes.length), bytes]);
}

/** Decodes a record with these headers as kafkajs does; gives its headers and its value. */
function decode(headers: readonly [string, string | null][]) {
  const bytes = Buffer.concat([
    Buffer.from([0]),
    varint(0),
    varint(0),
    varint(-1),
    sized(Buffer.from('value')),
    varint(headers.length),
    ...headers.flatMap(([key, value]) => [
      sized(Buffer.from(key)),
      value === null ? varint(-1) : sized(Buffer.from(value)),
    ]),
  ]);
  const { headers: read, value } = decodeRecord(new Decoder(bytes), {
    firstOffset: '0',
    firstTimestamp: '0',
  });
  return { headers: { ...read }, value: value.toString() };
}

test('headers of the kept name are read, and all others passed by', () => {
  assert.deepEqual(decode([]), { headers: {}, value: 'value' });
  assert.deepEqual(
    decode([
      ['a', '1'],
      ['docket-origin', '0/7'],
      ['__proto__', 'x'],
    ]),
    { headers: { 'docket-origin': Buffer.from('0/7') }, value: 'value' },
  );
});

test('a header that stands more than once is told from one that stands once', () => {
  const { headers } = decode(Array.from({ length: 5 }, () => ['docket-origin', '0/7']));
  assert.equal(Array.isArray(headers['docket-origin']), true);
});

test('a record of twenty thousand headers is read within a second', () => {
  const many = Array.from({ length: 20_000 }, (_, index): [string, null] => [`header-${index}`, null]);
  const before = process.cpuUsage();
  assert.deepEqual(decode([...many, ['docket-origin', '0/7']]).headers, {
    'docket-origin': Buffer.from('0/7'),
  });
  assert.ok(process.cpuUsage(before).user < 1_000_000);
});
