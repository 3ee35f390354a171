import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { arbitraryRecord } from '../../test/support/arbitrary-event.ts';
import { sampleDecision } from '../../test/support/sample-events.ts';
import { recordToJson } from '../audit/record-json.ts';
import { compileValidateStage } from '../recording/validate-event.ts';
import { compileEventJson } from './event-json.ts';

const { type, encode } = loadReleasedSchemas().newest('decision');
const schema = compileEventJson(type, {
  defaults: { labels: {}, 'enforcer.version': '', risk: 'LOW' },
  withheld: ['salt', 'erasable.salt'],
  identities: ['enforcer.id'],
});
const validate = compileValidateStage(type, ['enforcer.id']);
const salt = Buffer.alloc(16, 1);

function toJson(event: Record<string, unknown>): Record<string, unknown> {
  const { salt: _, ...rest } = recordToJson(type, event);
  const pairs = (list: unknown) =>
    Object.fromEntries((list as { key: string; value: string }[]).map(({ key, value }) => [key, value]));
  const { salt: __, ...erasable } = (rest.erasable ?? {}) as Record<string, unknown>;
  return {
    ...rest,
    labels: pairs(rest.labels),
    attributes: pairs(rest.attributes),
    erasable: rest.erasable === null ? null : erasable,
  };
}

function withSalts(event: Record<string, unknown>): Record<string, unknown> {
  const erasable = event.erasable as Record<string, unknown> | null;
  return { ...event, salt, erasable: erasable === null ? null : { ...erasable, salt } };
}

const wellFormed = { ...sampleDecision({ salt }) };
const json = toJson(wellFormed);

function problemsOf(changes: Record<string, unknown>): string[] {
  const issues = schema.safeParse({ ...json, ...changes }).error?.issues ?? [];
  return issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}

test('an event comes back, byte for byte, from its JSON', () => {
  const read = schema.parse(JSON.parse(JSON.stringify(json))) as Record<string, unknown>;
  assert.deepEqual(encode(withSalts(read)), encode(wellFormed));
});

test('whatever the JSON form accepts, the recorder’s checks accept and the encoder encodes', () => {
  let accepted = 0;
  // The tenant is the token's, whatever the JSON says; that is checked where tokens are known.
  const names = type.fields.map((field) => field.name).filter((name) => name !== 'tenant_id');
  fc.assert(
    fc.property(arbitraryRecord(type), fc.subarray(names, { maxLength: 3 }), (event, changed) => {
      const changes = Object.fromEntries(changed.map((name) => [name, event[name]]));
      const read = schema.safeParse(toJson({ ...wellFormed, ...changes }));
      if (!read.success) return;
      if (changed.length > 0) accepted++;
      const complete = withSalts(read.data as Record<string, unknown>);
      assert.equal(validate(complete).kind, 'emit');
      encode(complete);
    }),
    { numRuns: 500 },
  );
  assert.ok(accepted > 20, `only ${accepted} changed events were accepted: the test shows nothing`);
});

test('what is left out takes its default, and null where that is allowed', () => {
  const { labels: _, risk: __, score: ___, model: ____, ...rest } = json;
  const read = schema.parse(rest) as Record<string, unknown>;
  assert.deepEqual([read.labels, read.risk, read.score, read.model], [[], 'LOW', null, null]);
});

test('times come as RFC 3339 or as microseconds', () => {
  for (const decided_at of ['2026-03-04T05:06:07.123456789Z', 1_772_600_767_123_456]) {
    const read = schema.parse({ ...json, decided_at }) as Record<string, unknown>;
    assert.equal(read.decided_at, 1_772_600_767_123_456);
  }
});

test('keys are sorted by their bytes, and a key that JavaScript treats specially is a key', () => {
  const labels = JSON.parse('{"b":"2","__proto__":"p","a":"1"}') as unknown;
  const read = schema.parse({ ...json, labels }) as Record<string, unknown>;
  assert.deepEqual(read.labels, [
    { key: '__proto__', value: 'p' },
    { key: 'a', value: '1' },
    { key: 'b', value: '2' },
  ]);
});

describe('a message says where and what is wanted, and quotes nothing', () => {
  const secret = 'jane@example.com SECRET';
  const cases: readonly (readonly [string, Record<string, unknown>, string, RegExp])[] = [
    ['an id that is no UUID', { decision_id: secret }, 'decision_id', /must be a UUID/],
    ['a missing id', { decision_id: undefined }, 'decision_id', /is missing: give a UUID/],
    ['an empty identity', { enforcer: { id: '', epoch: 0 } }, 'enforcer.id', /not empty/],
    ['prose in a code', { service: secret }, 'service', /must be a code/],
    ['an enum of another kind', { outcome: secret }, 'outcome', /must be one of ALLOW/],
    ['a score that is not finite', { score: Number('1e999') }, 'score', /must be a finite number/],
    ['a score in quotes', { score: 'NaN' }, 'score', /must be a finite number/],
    ['a negative latency', { latency_us: -1 }, 'latency_us', /whole number from 0/],
    ['a latency with a fraction', { latency_us: 0.5 }, 'latency_us', /whole number from 0/],
    ['a latency that loses digits', { latency_us: 2 ** 60 }, 'latency_us', /whole number from 0/],
    ['a time before 1970', { decided_at: '1969-12-31T23:59:59Z' }, 'decided_at', /RFC 3339/],
    ['a time from 2105 on', { decided_at: '2105-01-01T00:00:00Z' }, 'decided_at', /before 2105/],
    ['a time of another form', { decided_at: secret }, 'decided_at', /RFC 3339/],
    ['hex of another length', { trace_id: 'ff' }, 'trace_id', /32 hexadecimal digits/],
    ['text that is not well-formed', { rationale: '\ud800' }, 'rationale', /surrogate/],
    ['text that is too long', { rationale: 'x'.repeat(300_000) }, 'rationale', /at most 262144 bytes/],
    ['prose in a key', { labels: { [secret]: 'x' } }, 'labels', /each key a code/],
    ['a list in place of keys', { labels: [secret] }, 'labels', /an object of text by key/],
    ['a label that is no text', { attributes: { a: 7 } }, 'attributes', /an object of text by key/],
    ['an unknown field', { outcom: secret }, '', /unknown field \(outcom\): remove/],
    ['an unknown field that is data', { [secret]: 1 }, '', /1 unknown field: remove/],
    ['an unknown field that is a key', { AKIAIOSFODNN7EXAMPLE: 1 }, '', /1 unknown field: remove/],
    ['a salt', { salt: '00' }, '', /unknown field \(salt\)/],
    ['an object in place of a record', { policy: [] }, 'policy', /must be an object/],
  ];
  for (const [name, changes, path, message] of cases) {
    test(name, () => {
      const problems = problemsOf(changes);
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.ok(problems[0]?.startsWith(`${path}: `), problems[0]);
      assert.match(problems[0] ?? '', message);
      assert.doesNotMatch(problems[0] ?? '', /SECRET|jane/);
    });
  }
});
