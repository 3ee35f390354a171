import assert from 'node:assert/strict';
import { test } from 'node:test';
import avro from 'avsc';
import fc from 'fast-check';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { arbitraryRecord } from '../../test/support/arbitrary-event.ts';
import { compileDecoder, type DecodeFault } from './decode.ts';
import { compileEncoder } from './encode.ts';
import { schemaFingerprint } from './fingerprint.ts';
import { compileProjection } from './resolve.ts';
import { parseSchema } from './schema.ts';

const released = loadReleasedSchemas().all;

for (const schema of released) {
  test(`${schema.subject}: decoding gives back what was encoded, and encoding it again the same bytes`, () => {
    fc.assert(
      fc.property(arbitraryRecord(schema.type), (value) => {
        const bytes = schema.encode(value);
        const decoded = schema.decode(bytes);
        assert.ok(decoded.ok);
        assert.deepEqual(decoded.value, value);
        assert.deepEqual(schema.encode(decoded.value), bytes);
      }),
      { numRuns: 60 },
    );
  });

  test(`${schema.subject}: another Avro library reads and writes the same bytes`, () => {
    const other = avro.Type.forSchema(JSON.parse(schema.text), { wrapUnions: false, logicalTypes: {} });
    fc.assert(
      fc.property(arbitraryRecord(schema.type), (value) => {
        assert.deepEqual(other.toBuffer(other.fromBuffer(schema.encode(value))), schema.encode(value));
      }),
      { numRuns: 30 },
    );
  });

  test(`${schema.subject}: no truncation decodes, and none throws`, () => {
    fc.assert(
      fc.property(arbitraryRecord(schema.type), fc.nat(), (value, at) => {
        const bytes = schema.encode(value);
        const cut = bytes.subarray(0, at % bytes.length);
        assert.deepEqual(schema.decode(cut).ok, false);
      }),
      { numRuns: 60 },
    );
  });
}

test('arbitrary bytes never throw', () => {
  fc.assert(
    fc.property(fc.constantFrom(...released), fc.uint8Array({ maxLength: 300 }), (schema, bytes) => {
      schema.decode(Buffer.from(bytes));
    }),
    { numRuns: 2_000 },
  );
});

const PROBE = parseSchema(`{ "type": "record", "name": "Probe", "fields": [
  { "name": "flag", "type": "boolean" }, { "name": "count", "type": "long" }, { "name": "text", "type": "string" },
  { "name": "maybe", "type": ["null", "int"] }, { "name": "kind", "type": { "type": "enum", "name": "K", "symbols": ["A", "B"] } },
  { "name": "list", "type": { "type": "array", "items": "string" } } ] }`);
const GOOD = '01' + '02' + '0278' + '00' + '00' + '00';

const FAULTS: readonly [string, string, DecodeFault][] = [
  ['an empty body', '', 'truncated'],
  ['a boolean that is neither', `02${GOOD.slice(2)}`, 'invalid_number'],
  ['a number beyond the safe integers', `01ffffffffffffffff7f${GOOD.slice(4)}`, 'invalid_number'],
  ['a varint without end', `01ffffffffffffffffffffff${GOOD.slice(4)}`, 'invalid_number'],
  ['a text of bytes that are no UTF-8', '0102' + '02ff' + '000000', 'invalid_utf8'],
  ['a text longer than the record', '0102' + '7e78', 'truncated'],
  ['a text of negative length', '0102' + '0178' + '000000', 'truncated'],
  ['a union branch that does not exist', '01020278' + '04' + '0000', 'invalid_union'],
  ['an int beyond 32 bits', '01020278' + '02feffffff1f' + '0000', 'invalid_number'],
  ['an enum symbol that does not exist', '0102027800' + '04' + '00', 'invalid_enum'],
  ['an array that claims a billion items', `01020278000080a8d6b907`, 'too_many_items'],
  ['bytes after the end', `${GOOD}00`, 'trailing_bytes'],
];

for (const [what, hex, fault] of FAULTS) {
  test(`${what} is ${fault}`, () => {
    const decode = compileDecoder(PROBE);
    assert.ok(decode(Buffer.from(GOOD, 'hex')).ok, 'the good record must decode, or the case shows nothing');
    assert.deepEqual(decode(Buffer.from(hex, 'hex')), { ok: false, fault });
  });
}

test('an array in several blocks, or in a sized block, reads like one in a single block', () => {
  const decode = compileDecoder(PROBE);
  const whole = decode(Buffer.from(`010202780000${'04'}02610262${'00'}`, 'hex'));
  const split = decode(Buffer.from(`010202780000${'02'}0261${'02'}0262${'00'}`, 'hex'));
  const sized = decode(Buffer.from(`010202780000${'03'}08${'02610262'}${'00'}`, 'hex'));
  assert.ok(whole.ok);
  assert.deepEqual(whole.value.list, ['a', 'b']);
  assert.deepEqual(split, whole);
  assert.deepEqual(sized, whole);
});

test('a value that does not fit is refused with the name of its field and never its content', () => {
  const encode = compileEncoder(PROBE);
  const good = { flag: true, count: 1, text: 'x', maybe: null, kind: 'A', list: [] };
  for (const [name, value] of Object.entries({
    flag: 'secret',
    count: 1.5,
    text: '\ud800',
    kind: 'secret',
    list: 'secret',
  })) {
    assert.throws(
      () => encode({ ...good, [name]: value }),
      (error: Error) => {
        assert.match(error.message, new RegExp(`"${name}"`));
        assert.doesNotMatch(error.message, /secret/);
        return true;
      },
    );
  }
});

test('every safe integer survives, out to the last', () => {
  const type = parseSchema('{ "type": "record", "name": "L", "fields": [{ "name": "n", "type": "long" }] }');
  const edges = [0, 2 ** 30, 2 ** 31, 2 ** 32, 2 ** 52, Number.MAX_SAFE_INTEGER].flatMap((n) => [
    n - 1,
    n,
    -n,
    -n - 1,
  ]);
  for (const n of edges.filter(Number.isSafeInteger)) {
    assert.deepEqual(compileDecoder(type)(compileEncoder(type)({ n })), { ok: true, value: { n: n + 0 } });
  }
});

test('minus zero has the bytes of zero', () => {
  const type = parseSchema(
    '{ "type": "record", "name": "D", "fields": [{ "name": "d", "type": "double" }] }',
  );
  assert.deepEqual(compileEncoder(type)({ d: -0 }), compileEncoder(type)({ d: 0 }));
});

test('the fingerprint of "int" is the one of the specification', () => {
  assert.equal(schemaFingerprint('"int"').reverse().toString('hex'), '7275d51a3f395c8f');
});

test('a reader with a new field gives its default, and drops what it does not know', () => {
  const writer = parseSchema(
    '{"type":"record","name":"R","fields":[{"name":"a","type":"long"},{"name":"old","type":"string"}]}',
  );
  const reader = parseSchema(
    '{"type":"record","name":"R","fields":[{"name":"a","type":"long"},{"name":"b","type":["null","string"],"default":null}]}',
  );
  assert.deepEqual(compileProjection(writer, reader)({ a: 1, old: 'x' }), { a: 1, b: null });
  assert.throws(() => compileProjection(reader, writer), /old.*default/);
});

test('a schema with a map or a wide union is refused, with the place', () => {
  const map = '{"type":"record","name":"R","fields":[{"name":"m","type":{"type":"map","values":"string"}}]}';
  const union = '{"type":"record","name":"R","fields":[{"name":"u","type":["null","string","long"]}]}';
  assert.throws(() => parseSchema(map), /\$\.m/);
  assert.throws(() => parseSchema(union), /\$\.u/);
});
