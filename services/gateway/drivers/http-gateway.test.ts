import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import {
  createGatewayUnderTest,
  GATEWAY_TOKENS,
  type GatewayUnderTest,
  minimalDecision,
  opaEvent,
} from '../../../test/support/gateway-fixture.ts';

const SECRET = 'jane.doe@example.com';

interface Sending {
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

function post(
  gateway: GatewayUnderTest,
  url: string,
  payload: string | Buffer | object,
  sending: Sending = {},
) {
  const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
  const token = sending.token ?? GATEWAY_TOKENS.enforcer;
  const headers = {
    'content-type': 'application/json',
    ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    ...sending.headers,
  };
  return gateway.server.inject({ method: 'POST', url, payload: body, headers });
}

const GZIP = { headers: { 'content-encoding': 'gzip' } };

async function count(gateway: GatewayUnderTest, series: string): Promise<number> {
  const line = (await gateway.metrics()).split('\n').find((text) => text.startsWith(`${series} `));
  return Number(line?.split(' ').at(-1) ?? 0);
}

describe('OPA’s decision log', () => {
  test('a gzip chunk is acknowledged when every event of it is durable', async () => {
    const gateway = createGatewayUnderTest();
    const chunk = [opaEvent(), opaEvent({ result: { allow: false } })];
    const answer = await post(gateway, '/logs', gzipSync(JSON.stringify(chunk)), GZIP);
    assert.deepEqual([answer.statusCode, answer.json()], [200, { accepted: 2, rejected: 0 }]);
    assert.deepEqual(
      gateway.events().map(({ subject, fields }) => [subject, fields.tenant_id, fields.outcome]),
      [
        ['decision', 'acme', 'ALLOW'],
        ['decision', 'acme', 'DENY'],
      ],
    );
    assert.equal(await count(gateway, 'docket_gateway_events_accepted_total{subject="decision"}'), 2);
    assert.equal(await count(gateway, 'docket_gateway_requests_total{route="/logs",status="200"}'), 1);
  });

  test('the older path with a partition name, plain JSON and an empty chunk are taken too', async () => {
    const gateway = createGatewayUnderTest();
    assert.equal((await post(gateway, '/logs/eu-1', [opaEvent()])).statusCode, 200);
    assert.deepEqual((await post(gateway, '/logs', [])).json(), { accepted: 0, rejected: 0 });
    assert.equal(gateway.events().length, 1);
  });

  test('events that have no words in the contract become one rejection for each reason, and the rest is taken', async () => {
    const gateway = createGatewayUnderTest();
    const body = JSON.stringify([
      opaEvent(),
      opaEvent({ result: SECRET }),
      opaEvent({ result: 7 }),
      SECRET,
      opaEvent({ timestamp: '2105-01-01T00:00:00Z' }),
      opaEvent({ input: 'x'.repeat(1_200_000) }),
    ]);
    const answer = await post(gateway, '/logs', body);
    assert.deepEqual([answer.statusCode, answer.json()], [200, { accepted: 1, rejected: 5 }]);
    const rejections = gateway.events().filter(({ subject }) => subject === 'rejection');
    assert.deepEqual(
      rejections.map(({ fields }) => [fields.reason, fields.events]),
      [
        ['outcome_not_recognized', 2],
        ['not_an_object', 1],
        ['time_out_of_range', 1],
        ['oversized_record', 1],
      ],
    );
    for (const { fields } of rejections) {
      assert.equal(fields.tenant_id, 'acme');
      assert.equal(fields.gateway_id, 'gateway-test');
      assert.equal(fields.bytes, body.length);
      assert.equal(fields.rejected_at, 1_772_600_767_000_000);
    }
    assert.doesNotMatch(JSON.stringify(rejections) + gateway.logged(), /jane/);
    assert.equal(
      await count(gateway, 'docket_gateway_events_rejected_total{reason="outcome_not_recognized"}'),
      2,
    );
  });

  const zeros = gzipSync(Buffer.alloc(32 * 1024 * 1024));
  const chunks: readonly (readonly [string, string | Buffer, Sending])[] = [
    ['not_json', SECRET, {}],
    ['not_json', '[{"result":NaN}]', {}],
    ['not_json', '', {}],
    ['not_json', Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), {}],
    ['not_an_array', '{}', {}],
    ['not_gzip', JSON.stringify([SECRET]), GZIP],
    ['not_gzip', gzipSync('[1,2,3]').subarray(0, 12), GZIP],
    ['decompression_bomb', zeros, GZIP],
    ['body_too_large', JSON.stringify('x'.repeat(4_000_000)), {}],
    ['encoding_not_supported', '[]', { headers: { 'content-encoding': 'br' } }],
  ];
  for (const [reason, body, sending] of chunks) {
    test(`a chunk that can never be accepted (${reason}) is one rejection, counted, and 200`, async () => {
      const gateway = createGatewayUnderTest();
      const answer = await post(gateway, '/logs', body, sending);
      assert.deepEqual([answer.statusCode, answer.json()], [200, { accepted: 0, rejected: null }]);
      const [rejection, ...more] = gateway.events();
      assert.deepEqual(more, []);
      assert.deepEqual(
        [rejection?.subject, rejection?.fields.reason, rejection?.fields.events, rejection?.fields.bytes],
        ['rejection', reason, null, Buffer.byteLength(body)],
      );
      assert.equal(await count(gateway, `docket_gateway_rejections_total{reason="${reason}"}`), 1);
      assert.equal(await count(gateway, 'docket_gateway_in_flight_bytes'), 0);
      assert.doesNotMatch(gateway.logged(), /jane/);
    });
  }

  test('a wrong token is 401, another role 403, and nothing is taken', async () => {
    const gateway = createGatewayUnderTest();
    const unknown = await post(gateway, '/logs', [opaEvent()], { token: 'wrong' });
    assert.deepEqual([unknown.statusCode, unknown.json().error.code], [401, 'unauthenticated']);
    assert.equal(unknown.headers['www-authenticate'], 'Bearer');
    assert.equal((await post(gateway, '/logs', [opaEvent()], { token: '' })).statusCode, 401);
    const sre = await post(gateway, '/logs', [opaEvent()], { token: GATEWAY_TOKENS.sre });
    assert.deepEqual([sre.statusCode, sre.json().error.code], [403, 'role_forbidden']);
    assert.equal(gateway.events().length, 0);
    assert.doesNotMatch(gateway.logged(), /wrong/);
  });

  test('while Kafka is away a chunk, even a bad one, is 503 with Retry-After and is not counted', async () => {
    const gateway = createGatewayUnderTest();
    gateway.kafka = 'refuses';
    for (const body of [JSON.stringify([opaEvent()]), 'no JSON']) {
      const answer = await post(gateway, '/logs', body);
      assert.deepEqual([answer.statusCode, answer.json().error.code], [503, 'log_unavailable']);
      assert.equal(answer.headers['retry-after'], '5');
    }
    assert.doesNotMatch(await gateway.metrics(), /docket_gateway_(events_accepted|rejections)_total\{/);
  });

  test('beyond the bytes in flight it is 429 with Retry-After; room that is given back is used again', async () => {
    const gateway = createGatewayUnderTest(50_000);
    const large = JSON.stringify([opaEvent({ input: 'x'.repeat(60_000) })]);
    for (const [body, sending] of [[large, {}] as const, [gzipSync(large), GZIP] as const]) {
      const answer = await post(gateway, '/logs', body, sending);
      assert.deepEqual([answer.statusCode, answer.json().error.code], [429, 'too_busy']);
      assert.equal(answer.headers['retry-after'], '1');
    }
    assert.equal((await post(gateway, '/logs', [opaEvent({ input: 'x'.repeat(40_000) })])).statusCode, 200);
    assert.equal(await count(gateway, 'docket_gateway_in_flight_bytes'), 0);
  });

  test('requests that wait for Kafka hold their share: the next one is told to come back', async () => {
    const gateway = createGatewayUnderTest(50_000);
    gateway.kafka = 'hangs';
    const body = [opaEvent({ input: 'x'.repeat(30_000) })];
    post(gateway, '/logs', body).catch(() => {});
    const holds = async () => (await count(gateway, 'docket_gateway_in_flight_bytes')) > 0;
    for (let tries = 0; !(await holds()) && tries < 100; tries++) await sleep(5);
    assert.ok(await holds(), 'the waiting request gave its share back');
    assert.equal((await post(gateway, '/logs', body)).statusCode, 429);
  });
});

describe('our own JSON', () => {
  test('one decision, or many, with defaults that claim nothing', async () => {
    const gateway = createGatewayUnderTest();
    const one = await post(gateway, '/v1/decisions', minimalDecision());
    assert.deepEqual([one.statusCode, one.json()], [202, { accepted: 1 }]);
    const many = await post(gateway, '/v1/decisions', [
      minimalDecision({ tenant_id: 'acme', erasable: { principal: 'jane' } }),
      minimalDecision(),
    ]);
    assert.deepEqual([many.statusCode, many.json()], [202, { accepted: 2 }]);
    const [first, second, third] = gateway.events().map(({ fields }) => fields);
    assert.deepEqual(
      [first?.tenant_id, first?.applied, first?.raw_outcome, first?.risk, first?.decided_at, first?.score],
      ['acme', 'UNKNOWN', 'deny', 'LOW', 1_772_600_767_123_456, null],
    );
    assert.notDeepEqual(second?.salt, third?.salt);
    const erasable = second?.erasable as Record<string, unknown>;
    assert.deepEqual([erasable.principal, erasable.subjects], ['jane', []]);
    assert.equal(await count(gateway, 'docket_gateway_events_accepted_total{subject="decision"}'), 3);
  });

  test('tallies, policy changes and labels', async () => {
    const gateway = createGatewayUnderTest();
    const tally = {
      tally_id: randomUUID(),
      observer: { id: 'ingress-1', kind: 'INGRESS' },
      service: 'checkout',
      enforcement_point: 'EDGE',
      interval_start: '2026-03-04T05:06:00Z',
      interval_end: '2026-03-04T05:06:10Z',
      requests_in_scope: 10,
      evaluated: 10,
      failed: 0,
      backlog: 0,
    };
    const change = {
      change_id: randomUUID(),
      policy: { id: 'content-safety', version: '13', bundle_digest: '07'.repeat(32) },
      step: 'ACTIVATED',
      rollout_share: 0.5,
      occurred_at: 1_772_600_767_123_456,
    };
    const label = {
      label_id: randomUUID(),
      enforcer_id: 'guard-1',
      decision_id: randomUUID(),
      source: 'RANDOM',
      verdict: 'LEGITIMATE',
      labelled_at: '2026-03-04T05:06:07Z',
    };
    assert.equal((await post(gateway, '/v1/tallies', tally)).statusCode, 202);
    assert.equal((await post(gateway, '/v1/policy-changes', change)).statusCode, 202);
    const reviewer = { token: GATEWAY_TOKENS.reviewer };
    assert.equal((await post(gateway, '/v1/labels', label, reviewer)).statusCode, 202);
    assert.equal((await post(gateway, '/v1/decisions', minimalDecision(), reviewer)).statusCode, 403);
    const events = gateway.events();
    assert.deepEqual(
      events.map(({ subject }) => subject),
      ['request-tally', 'policy-change', 'label'],
    );
    assert.deepEqual([events[1]?.fields.who, events[2]?.fields.reviewer], ['enforcer-1', 'reviewer-1']);
    for (const [url, body] of [
      ['/v1/tallies', { ...tally, interval_end: '2026-03-04T05:05:59Z' }],
      ['/v1/policy-changes', { ...change, rollout_share: 1.5 }],
    ] as const) {
      assert.equal((await post(gateway, url, body)).json().error.total, 1);
    }
    assert.equal(gateway.events().length, 3);
  });

  test('outcomes come from enforcers, incidents from them and from on-call, budgets are adjusted by on-call alone', async () => {
    const gateway = createGatewayUnderTest();
    const sre = { token: GATEWAY_TOKENS.sre };
    const at = '2026-03-04T05:06:07Z';
    const outcome = {
      ...{ outcome_id: randomUUID(), enforcer: { id: 'guard-1' }, decision_id: randomUUID() },
      ...{ attempt: 2, applied: 'APPLIED', final: true, attempted_at: at },
    };
    const incident = {
      ...{ record_id: randomUUID(), incident_id: randomUUID(), step: 'OPENED', severity: 'SEV2' },
      ...{ category: 'overblocking', policy: { id: 'content-safety' }, confidence: 0.5, occurred_at: at },
    };
    const adjustment = {
      ...{
        adjustment_id: randomUUID(),
        slo: 'coverage',
        kind: 'BUDGET_RESET',
        from_time: at,
        declared_at: at,
      },
    };
    for (const [url, body, enforcer, onCall] of [
      ['/v1/outcomes', outcome, 202, 403],
      ['/v1/incidents', incident, 202, 202],
      ['/v1/slo-adjustments', adjustment, 403, 202],
    ] as const) {
      assert.equal((await post(gateway, url, body)).statusCode, enforcer, url);
      assert.equal((await post(gateway, url, body, sre)).statusCode, onCall, url);
    }
    const [, , second, last] = gateway.events();
    assert.deepEqual(
      [second?.subject, second?.fields.owner, last?.fields.who, last?.fields.service],
      ['incident', 'sre-1', 'sre-1', null],
    );
    for (const [url, body] of [
      ['/v1/outcomes', { ...outcome, attempt: 0 }],
      ['/v1/outcomes', { ...outcome, applied: 'PENDING' }],
      ['/v1/incidents', { ...incident, step: 'MITIGATED' }],
      ['/v1/slo-adjustments', { ...adjustment, kind: 'EXCLUSION' }],
    ] as const)
      assert.equal((await post(gateway, url, body, url === '/v1/outcomes' ? {} : sre)).json().error.total, 1);
  });

  test('all or none: every problem is told with its path, no value is, and nothing is taken', async () => {
    const gateway = createGatewayUnderTest();
    const answer = await post(gateway, '/v1/decisions', [
      minimalDecision(),
      minimalDecision({ service: SECRET, enforcer: { id: '' } }),
      SECRET,
    ]);
    assert.equal(answer.statusCode, 422);
    const { error } = answer.json();
    assert.deepEqual([error.code, error.total], ['invalid_events', 3]);
    assert.deepEqual(
      error.problems.map(({ path }: { path: string }) => path),
      ['$[1].enforcer.id', '$[1].service', '$[2]'],
    );
    assert.doesNotMatch(answer.body + gateway.logged(), /jane/);
    assert.equal(gateway.events().length, 0);
    const single = await post(gateway, '/v1/decisions', { ...minimalDecision(), latency_us: -1 });
    assert.equal(single.json().error.problems[0].path, '$.latency_us');
  });

  test('no more than a hundred problems are listed, and how many there are is told', async () => {
    const answer = await post(createGatewayUnderTest(), '/v1/decisions', Array(300).fill(7));
    assert.deepEqual([answer.json().error.problems.length, answer.json().error.total], [100, 300]);
  });

  const huge = minimalDecision({ erasable: { input: 'x'.repeat(1_100_000) } });
  const refused: readonly (readonly [number, string, string | Buffer | object, Sending])[] = [
    [403, 'tenant_mismatch', [minimalDecision(), minimalDecision({ tenant_id: 'globex' })], {}],
    [403, 'tenant_mismatch', minimalDecision({ tenant_id: '' }), {}],
    [401, 'unauthenticated', minimalDecision(), { token: 'wrong' }],
    [403, 'role_forbidden', minimalDecision(), { token: GATEWAY_TOKENS.sre }],
    [400, 'not_json', SECRET, {}],
    [400, 'not_json', '{"score": NaN}', {}],
    [400, 'not_gzip', SECRET, GZIP],
    [413, 'decompression_bomb', gzipSync(Buffer.alloc(32 * 1024 * 1024)), GZIP],
    [413, 'body_too_large', JSON.stringify('x'.repeat(4_000_000)), {}],
    [413, 'event_too_large', huge, {}],
    [413, 'too_many_events', Array(10_001).fill(7), {}],
    [415, 'encoding_not_supported', '{}', { headers: { 'content-encoding': 'br' } }],
    [415, 'unsupported_media_type', '{}', { headers: { 'content-type': 'text/plain' } }],
    [422, 'invalid_events', minimalDecision({ decided_at: '1969-12-31T23:59:59Z' }), {}],
    [
      422,
      'invalid_events',
      JSON.stringify(minimalDecision({ score: 0 })).replace('"score":0', '"score":1e999'),
      {},
    ],
  ];
  for (const [status, code, body, sending] of refused) {
    test(`${status} ${code} says what to do, and nothing is taken`, async () => {
      const gateway = createGatewayUnderTest();
      const answer = await post(gateway, '/v1/decisions', body, sending);
      assert.deepEqual([answer.statusCode, answer.json().error.code], [status, code]);
      assert.ok(answer.json().error.message.length > 20);
      assert.equal(gateway.events().length, 0);
      assert.doesNotMatch(answer.body + gateway.logged(), /jane|globex/);
    });
  }

  test('while Kafka is away it is 503 with Retry-After', async () => {
    const gateway = createGatewayUnderTest();
    gateway.kafka = 'refuses';
    const answer = await post(gateway, '/v1/decisions', minimalDecision());
    assert.deepEqual([answer.statusCode, answer.headers['retry-after']], [503, '5']);
  });
});

describe('schemas under the Confluent registry’s read paths', () => {
  const { server } = createGatewayUnderTest();
  const get = async (url: string) => {
    const answer = await server.inject({ method: 'GET', url });
    return { status: answer.statusCode, type: answer.headers['content-type'], body: answer.json() };
  };

  test('a schema is found by id, by subject and version, and as the latest', async () => {
    const latest = await get('/subjects/docket.decisions.v1-value/versions/latest');
    assert.equal(latest.status, 200);
    assert.equal(latest.type, 'application/vnd.schemaregistry.v1+json');
    const { id, version, schema, subject } = latest.body;
    assert.deepEqual([id, version, subject], [2, 1, 'docket.decisions.v1-value']);
    assert.equal(JSON.parse(schema).name, 'Decision');
    assert.deepEqual((await get(`/schemas/ids/${id}`)).body, { schema });
    assert.deepEqual((await get(`/schemas/ids/${id}/versions`)).body, [{ subject, version }]);
    assert.deepEqual((await get(`/subjects/${subject}/versions`)).body, [1]);
    assert.deepEqual((await get(`/subjects/${subject}/versions/1`)).body, latest.body);
    assert.deepEqual((await get('/schemas/types')).body, ['AVRO']);
    assert.ok((await get('/subjects')).body.includes('docket.labels.v1-value'));
  });

  test('what is not there has the registry’s own codes', async () => {
    for (const [url, status, code] of [
      ['/schemas/ids/999', 404, 40_403],
      ['/schemas/ids/x', 404, 40_403],
      ['/subjects/none/versions', 404, 40_401],
      ['/subjects/none/versions/1', 404, 40_401],
      ['/subjects/docket.labels.v1-value/versions/9', 404, 40_402],
      ['/subjects/docket.labels.v1-value/versions/none', 422, 42_202],
    ] as const) {
      const answer = await get(url);
      assert.deepEqual([answer.status, answer.body.error_code], [status, code], url);
      assert.equal(typeof answer.body.message, 'string');
    }
  });

  test('writes are refused', async () => {
    const answer = await server.inject({
      method: 'POST',
      url: '/subjects/docket.labels.v1-value/versions',
      payload: { schema: '{}' },
    });
    assert.deepEqual([answer.statusCode, answer.json().error_code], [422, 42_205]);
    assert.match(answer.json().message, /read only/);
  });
});

test('readiness follows Kafka; liveness does not', async () => {
  const gateway = createGatewayUnderTest();
  const status = async (url: string) => (await gateway.server.inject({ method: 'GET', url })).statusCode;
  assert.equal(await status('/readyz'), 200);
  gateway.kafka = 'refuses';
  assert.equal(await status('/readyz'), 503);
  assert.equal(await status('/healthz'), 200);
});

test('the description names every route, and its schemas are those of the events', async () => {
  const { server } = createGatewayUnderTest();
  const api = (await server.inject({ method: 'GET', url: '/openapi.json' })).json();
  assert.deepEqual(Object.keys(api.paths).sort(), [
    '/logs',
    '/logs/{partition}',
    '/v1/decisions',
    '/v1/incidents',
    '/v1/labels',
    '/v1/outcomes',
    '/v1/policy-changes',
    '/v1/slo-adjustments',
    '/v1/tallies',
  ]);
  const { decision } = api.components.schemas;
  assert.deepEqual(decision.required.sort(), Object.keys(minimalDecision()).sort());
  assert.equal(decision.properties.labels.type, 'object');
  assert.equal(decision.properties.salt, undefined);
  assert.equal(decision.additionalProperties, false);
});
