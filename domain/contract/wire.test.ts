import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { sampleDecision } from '../../test/support/sample-events.ts';
import { createRegistry } from './registry.ts';
import { frameConfluent, frameSingleObject, readFrame, type WireFault } from './wire.ts';

const registry = loadReleasedSchemas();
const decision = registry.newest('decision');
const body = decision.encode(sampleDecision());

test('both wire forms lead to the writer’s schema and the same body', () => {
  for (const framed of [frameSingleObject(decision, body), frameConfluent(decision, body)]) {
    const frame = readFrame(framed, registry);
    assert.ok(frame.ok);
    assert.equal(frame.schema, decision);
    assert.deepEqual(framed.subarray(frame.bodyOffset), body);
  }
});

const FAULTS: readonly [string, Buffer | null, WireFault][] = [
  ['no value', null, 'empty_record'],
  ['an empty value', Buffer.alloc(0), 'empty_record'],
  ['text', Buffer.from('{"decision":"allow"}'), 'unknown_wire_form'],
  ['a first byte of ours and a second of somebody else', Buffer.from([0xc3, 0x02]), 'unknown_wire_form'],
  ['half a single-object header', Buffer.from([0xc3, 0x01, 1, 2]), 'truncated'],
  ['half a Confluent header', Buffer.from([0, 0, 0]), 'truncated'],
  [
    'a fingerprint that was never released',
    Buffer.from([0xc3, 0x01, 1, 2, 3, 4, 5, 6, 7, 8]),
    'unknown_fingerprint',
  ],
  ['an id that was never released', Buffer.from([0, 0, 0, 0xff, 0xff, 1]), 'unknown_schema_id'],
];

for (const [what, bytes, fault] of FAULTS) {
  test(`${what} is ${fault}`, () => assert.deepEqual(readFrame(bytes, registry), { ok: false, fault }));
}

test('a registry refuses two schemas that a reader could not tell apart, and a misnamed file', () => {
  const bytes = Buffer.from(decision.text);
  assert.throws(
    () =>
      createRegistry([
        { name: '0001.decision.v1.avsc', bytes },
        { name: '0002.other.v1.avsc', bytes },
      ]),
    /decision v1 and other v1|other v1 and decision v1/,
  );
  assert.throws(() => createRegistry([{ name: 'decision.avsc', bytes }]), /decision\.avsc/);
});
