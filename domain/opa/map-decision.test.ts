import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import type { Decision } from '../contract/events.ts';
import { formatUuid, uuidFromText } from '../contract/uuid.ts';
import { compileValidateStage } from '../recording/validate-event.ts';
import { mapOpaEvent, type OpaMisfit } from './map-decision.ts';

const { type, encode } = loadReleasedSchemas().newest('decision');
const validate = compileValidateStage(type, ['enforcer.id']);
const context = {
  tenantId: 'acme',
  fallbackEnforcerId: 'guard-fleet',
  newSalt: () => Buffer.alloc(16, 9),
};

const EVENT = {
  labels: {
    id: 'opa-7',
    version: '1.4.2',
    service: 'checkout',
    environment: 'prod',
    region: 'eu-1',
    team: 'returns',
  },
  decision_id: '4ca636c1-55e4-417a-b1d8-4aceb67960d1',
  trace_id: '0af7651916cd43dd8448eb211c80319c',
  span_id: 'b7ad6b7169203331',
  bundles: { authz: { revision: 'W3sibCI6' } },
  path: '/http/authz/allow',
  input: { user: 'jane@example.com' },
  result: true,
  nd_builtin_cache: { 'http.send': {} },
  requested_by: '198.51.100.7:53204',
  request_context: { http: { headers: { 'X-Request-Id': ['req-11'] } } },
  timestamp: '2026-03-04T05:06:07.123456789Z',
  metrics: { timer_server_handler_ns: 337_500, timer_rego_query_eval_ns: 20_000 },
  req_id: 42,
};

function mapped(changes: Record<string, unknown>): Decision {
  const result = mapOpaEvent({ ...EVENT, ...changes }, context);
  assert.ok(result.ok, JSON.stringify(result));
  return result.decision;
}

test('an event of OPA becomes a decision, and every field is where it belongs', () => {
  const decision = mapped({});
  const { decision_id, trace_id, span_id, salt, erasable, ...rest } = decision;
  assert.equal(formatUuid(decision_id), EVENT.decision_id);
  assert.equal(Buffer.from(trace_id ?? []).toString('hex'), EVENT.trace_id);
  assert.equal(Buffer.from(span_id ?? []).toString('hex'), EVENT.span_id);
  assert.equal(salt.length, 16);
  assert.deepEqual(rest, {
    tenant_id: 'acme',
    enforcer: { id: 'opa-7', version: '1.4.2', epoch: 0, sequence: null },
    enforcement_point: 'SERVICE',
    service: 'checkout',
    environment: 'prod',
    region: 'eu-1',
    request_id: 'req-11',
    action: 'http/authz/allow',
    resource: '',
    category: null,
    risk: 'LOW',
    model: null,
    policy: { id: 'authz', version: 'W3sibCI6', bundle_digest: null, signed: null },
    rules: [{ id: 'http/authz/allow', layer: null, effect: 'true', overridden: false }],
    outcome: 'ALLOW',
    raw_outcome: 'true',
    mode: 'ENFORCE',
    fallback: 'NONE',
    applied: 'UNKNOWN',
    error: null,
    decided_at: 1_772_600_767_123_456,
    latency_us: 338,
    overhead_us: null,
    cached: false,
    cache_age_us: null,
    timed_out: false,
    score: null,
    threshold: null,
    cost_micros: null,
    fallback_model: null,
    rate_limited: false,
    rationale: '',
    cohort: null,
    probe: null,
    labels: [
      { key: 'environment', value: 'prod' },
      { key: 'id', value: 'opa-7' },
      { key: 'region', value: 'eu-1' },
      { key: 'service', value: 'checkout' },
      { key: 'team', value: 'returns' },
      { key: 'version', value: '1.4.2' },
    ],
    attributes: [
      { key: 'opa.bundles', value: 'authz=W3sibCI6' },
      { key: 'opa.path', value: '/http/authz/allow' },
      { key: 'opa.req_id', value: '42' },
    ],
  });
  assert.equal(erasable?.principal, EVENT.requested_by);
  assert.deepEqual(JSON.parse(erasable?.input ?? ''), {
    input: EVENT.input,
    nd_builtin_cache: EVENT.nd_builtin_cache,
    request_context: EVENT.request_context,
  });
  assert.deepEqual(JSON.parse(erasable?.output ?? ''), { result: true });
});

test('what was asked and answered, and who asked, is nowhere but in the erasable record', () => {
  const secret = 'jane.doe@example.com';
  const { erasable, ...rest } = mapped({
    input: { secret },
    result: { allow: false, reason: secret },
    mapped_result: { secret },
    intermediate_results: { secret },
    custom: { secret },
    query: secret,
    nd_builtin_cache: { secret },
    requested_by: secret,
    request_context: { http: { headers: { 'x-request-id': [secret] } } },
    path: `/users/${secret}/allow`,
  });
  const { attributes, ...named } = rest;
  assert.doesNotMatch(JSON.stringify(named), /jane|example/);
  assert.deepEqual(
    attributes.filter(({ value }) => value.includes('jane')).map(({ key }) => key),
    ['opa.path'],
    'the path as it came is text, which the recorder redacts',
  );
  assert.equal(rest.action, 'users/_/allow');
  assert.ok(erasable?.input?.includes(secret) && erasable.output?.includes(secret));
});

describe('outcomes', () => {
  const cases: readonly (readonly [string, Record<string, unknown>, Decision['outcome'], string])[] = [
    ['true', { result: true }, 'ALLOW', 'true'],
    ['false', { result: false }, 'DENY', 'false'],
    ['true of a rule that denies', { path: 'authz/deny', result: true }, 'DENY', 'true'],
    ['reasons of a rule that denies', { path: 'authz/deny', result: ['no'] }, 'DENY', 'deny'],
    ['no reasons of a rule that denies', { path: 'authz/deny', result: [] }, 'ALLOW', 'no_deny'],
    ['a word of a rule that decides', { path: 'authz/decision', result: 'block' }, 'DENY', 'block'],
    ['allow', { result: { allow: true } }, 'ALLOW', 'true'],
    ['allowed', { result: { allowed: false } }, 'DENY', 'false'],
    ['deny', { result: { deny: true } }, 'DENY', 'true'],
    ['an empty deny', { result: { deny: [] } }, 'ALLOW', 'no_deny'],
    ['allow and a reason to deny', { result: { allow: true, deny: { no: true } } }, 'DENY', 'deny'],
    ['decision', { result: { decision: 'Redact' } }, 'REDACT', 'Redact'],
    ['a finer decision beside allow', { result: { allow: true, decision: 'warn' } }, 'WARN', 'warn'],
    ['a mapped result', { result: 7, mapped_result: { allow: false } }, 'DENY', 'false'],
    ['no result', { result: undefined }, 'UNDEFINED', 'undefined'],
    ['an error', { result: true, error: { code: 'eval_conflict_error', message: 'x' } }, 'ERROR', 'error'],
  ];
  for (const [name, changes, outcome, raw] of cases) {
    test(`${name} → ${outcome}`, () => {
      const event = JSON.parse(JSON.stringify({ ...EVENT, ...changes })) as unknown;
      const result = mapOpaEvent(event, context);
      assert.ok(result.ok);
      assert.deepEqual([result.decision.outcome, result.decision.raw_outcome], [outcome, raw]);
    });
  }

  test('an error keeps its code and its words, and needs no timer', () => {
    const decision = mapped({ error: { code: 'eval_conflict_error', message: 'two values' }, metrics: {} });
    assert.deepEqual(decision.error, { class: 'eval_conflict_error', message: 'two values' });
    assert.deepEqual([decision.outcome, decision.fallback, decision.latency_us], ['ERROR', 'NONE', 0]);
    assert.deepEqual(mapped({ error: 'broken' }).error, { class: 'opa_error', message: 'broken' });
  });
});

describe('what has no words in the contract', () => {
  const without = (name: string) => Object.fromEntries(Object.entries(EVENT).filter(([key]) => key !== name));
  const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) as unknown;
  const cases: readonly (readonly [OpaMisfit, unknown])[] = [
    ['not_an_object', 7],
    ['not_an_object', null],
    ['not_an_object', [EVENT]],
    ['timestamp_not_readable', { ...EVENT, timestamp: 'yesterday' }],
    ['timestamp_not_readable', without('timestamp')],
    ['latency_unknown', without('metrics')],
    ['latency_unknown', { ...EVENT, metrics: { timer_server_handler_ns: 0 } }],
    ['outcome_not_recognized', { ...EVENT, result: 7 }],
    ['outcome_not_recognized', { ...EVENT, result: null }],
    ['outcome_not_recognized', { ...EVENT, result: { decision: 'jane@example.com' } }],
    ['outcome_not_recognized', { ...EVENT, result: ['x'] }],
    ['outcome_erased', { ...without('result'), erased: ['/result'] }],
    ['nested_too_deep', { ...EVENT, input: deep }],
  ];
  for (const [misfit, event] of cases) {
    test(misfit, () => assert.deepEqual(mapOpaEvent(event, context), { ok: false, misfit }));
  }
});

describe('names', () => {
  test('an id that is no UUID becomes one, and stays as an attribute', () => {
    const decision = mapped({ decision_id: 'decision 7' });
    assert.deepEqual(decision.decision_id, uuidFromText('decision 7'));
    assert.ok(
      decision.attributes.some(({ key, value }) => key === 'opa.decision_id' && value === 'decision 7'),
    );
  });

  test('without an id, the same event gets the same one, whatever was asked', () => {
    const first = mapped({ decision_id: undefined });
    const again = mapped({ decision_id: undefined, input: 'other' });
    const other = mapped({ decision_id: undefined, timestamp: '2026-03-04T05:06:07.123456790Z' });
    assert.deepEqual(first.decision_id, again.decision_id);
    assert.notDeepEqual(first.decision_id, other.decision_id);
  });

  test('without labels, the holder of the token stands for the enforcer', () => {
    const decision = mapped({ labels: null });
    assert.deepEqual([decision.enforcer.id, decision.service, decision.labels], ['guard-fleet', 'opa', []]);
  });

  test('several bundles: the path is the policy; none: the path and the old revision', () => {
    const several = mapped({ bundles: { b: { revision: '2' }, a: { revision: '1' } } });
    assert.deepEqual([several.policy.id, several.policy.version], ['http/authz/allow', '1+2']);
    const none = mapped({ bundles: undefined, revision: 'r9' });
    assert.deepEqual([none.policy.id, none.policy.version], ['http/authz/allow', 'r9']);
  });

  test('labels say where and how it was enforced; labels that become the same key are all kept', () => {
    const labels = {
      id: 'a b',
      mode: 'dry-run',
      enforcement_point: 'ci-cd',
      risk: 'high',
      'x y': '1',
      x_y: '2',
      n: 3,
    };
    const decision = mapped({ labels });
    assert.deepEqual(
      [decision.enforcer.id, decision.mode, decision.enforcement_point, decision.risk],
      ['a_b', 'DRY_RUN', 'CI_CD', 'HIGH'],
    );
    const found = Object.fromEntries(decision.labels.map(({ key, value }) => [key, value]));
    assert.deepEqual([found.x_y, found['x_y~2'], found.n], ['2', '1', '3']);
  });

  test('an all-zero or malformed trace id is none', () => {
    assert.equal(mapped({ trace_id: '0'.repeat(32) }).trace_id, null);
    assert.equal(mapped({ trace_id: 'xyz', span_id: 7 }).span_id, null);
  });
});

test('whatever JSON comes, there is a verdict, and what is mapped can be encoded', () => {
  const names = Object.keys(EVENT);
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.jsonValue(),
      fc.constantFrom(...names),
      fc.string({ unit: 'binary' }),
      (a, b, name, key) => {
        mapOpaEvent(a, context);
        const changes = { [name]: b, labels: { id: key, [key]: b, __proto__: a } };
        const result = mapOpaEvent(JSON.parse(JSON.stringify({ ...EVENT, ...changes })), context);
        if (!result.ok) return;
        const verdict = validate({ ...result.decision });
        if (verdict.kind === 'emit') encode(result.decision);
        else
          assert.ok(
            ['time_out_of_range', 'text_too_long'].includes(verdict.reason),
            `${verdict.reason} ${verdict.field}`,
          );
      },
    ),
    { numRuns: 500 },
  );
});
