import { randomBytes, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Canary, PlaceClass } from '../canary.ts';
import type { CanarySupply } from '../supply-canaries.ts';
import type { AnswerBook } from './answer-book.ts';
import type { Fate, PlantedEvent } from './planted-event.ts';

/** Plants canaries over HTTP: our JSON, and OPA's decision log. */
export interface GatewayPlanter {
  /** A sound event with a canary in every field that may hold anything. */
  sound(way: number): Promise<PlantedEvent>;
  /** An event or a body that must be refused, canaries and all. */
  refused(way: number): Promise<PlantedEvent>;
  /** An event of OPA's decision log, with canaries also where OPA has no field. */
  opa(way: number): Promise<PlantedEvent>;
}

type Plant = (place: string, placeClass?: PlaceClass) => string;

const JSON_TYPE = { 'content-type': 'application/json' };

export function createGatewayPlanter(
  supply: CanarySupply,
  answers: AnswerBook,
  gateway: { readonly url: string; readonly token: string; readonly sreToken: string },
): GatewayPlanter {
  const plantBy =
    (route: Canary['route']): Plant =>
    (place, placeClass = 'text') =>
      supply.plant({ route, place, placeClass, topic: null });
  const authorization = `Bearer ${gateway.token}`;
  const post = (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    answers.ask('gateway', `${gateway.url}${path}`, {
      method: 'POST',
      headers: { authorization, ...JSON_TYPE, ...headers },
      body,
    });
  return {
    sound: async (way) => {
      const from = supply.planted.length;
      const id = randomUUID();
      const [path, event] = soundEvent(way, id, plantBy('gateway'));
      const own = path === '/v1/slo-adjustments' ? { authorization: `Bearer ${gateway.sreToken}` } : {};
      const { status } = await post(path, JSON.stringify(event), own);
      const canaries = supply.planted.length - from;
      return {
        route: `gateway ${path}`,
        fates: ['recorded'],
        canaries,
        key: id,
        told: status < 300 ? null : 'refused',
      };
    },
    refused: async (way) => {
      const from = supply.planted.length;
      const { path, body, headers } = refusedRequest(way, plantBy('gateway'));
      const { status } = await post(path, body, headers);
      const told: Fate = status >= 400 ? 'refused' : 'answered';
      const canaries = supply.planted.length - from;
      return { route: `gateway ${path}`, fates: ['refused'], canaries, key: null, told };
    },
    opa: async (way) => {
      const from = supply.planted.length;
      const trace = randomBytes(16).toString('hex');
      const chunk = JSON.stringify([opaEvent(way, trace, plantBy('opa'))]);
      const body = way % 7 === 6 ? chunk.slice(0, -9) : chunk;
      const { text } = await post('/logs', new Uint8Array(gzipSync(body)), { 'content-encoding': 'gzip' });
      const told: Fate | null = /"accepted":1\b/.test(text)
        ? null
        : /"rejected"/.test(text)
          ? 'rejected'
          : 'refused';
      const fates: Fate[] = ['recorded', 'quarantined', 'rejected'];
      return { route: 'opa', fates, canaries: supply.planted.length - from, key: trace, told };
    },
  };
}

function soundEvent(way: number, id: string, plant: Plant): [path: string, event: object] {
  const now = new Date().toISOString();
  if (way % 6 === 4) {
    const said = {
      owner: plant('incident.owner', 'token'),
      summary: plant('incident.summary'),
      safe_fallback: plant('incident.safe_fallback'),
    };
    const codes = { incident_id: randomUUID(), step: 'OPENED', severity: 'SEV3', category: 'overblocking' };
    return ['/v1/incidents', { record_id: id, ...codes, ...said, occurred_at: now }];
  }
  if (way % 6 === 5) {
    const said = { who: plant('slo-adjustment.who', 'token'), reason: plant('slo-adjustment.reason') };
    const about = { slo: 'decision-latency', kind: 'BUDGET_RESET', from_time: now, declared_at: now };
    return ['/v1/slo-adjustments', { adjustment_id: id, ...about, ...said }];
  }
  if (way % 6 === 2) {
    const reviewer = plant('label.reviewer', 'token');
    const codes = { enforcer_id: 'guard-1', decision_id: randomUUID(), source: 'RANDOM', verdict: 'UNSURE' };
    return ['/v1/labels', { label_id: id, ...codes, reviewer, note: plant('label.note'), labelled_at: now }];
  }
  if (way % 6 === 3) {
    const policy = { id: 'content-safety', version: '13' };
    const said = { who: plant('policy-change.who', 'token'), reason: plant('policy-change.reason') };
    return ['/v1/policy-changes', { change_id: id, policy, step: 'ACTIVATED', ...said, occurred_at: now }];
  }
  return ['/v1/decisions', decision(id, plant)];
}

function decision(id: string, plant: Plant): Record<string, unknown> {
  return {
    decision_id: id,
    enforcer: { id: 'canary-http' },
    enforcement_point: 'EDGE',
    service: 'aviary',
    action: 'model.invoke',
    resource: plant('decision.resource'),
    policy: { id: 'content-safety' },
    outcome: 'DENY',
    error: { class: 'timeout', message: plant('decision.error.message') },
    decided_at: new Date().toISOString(),
    latency_us: 4_200,
    rationale: plant('decision.rationale'),
    labels: { note: plant('decision.labels.value') },
    attributes: { note: plant('decision.attributes.value') },
    erasable: {
      subjects: [plant('decision.erasable.subjects', 'erasable')],
      principal: plant('decision.erasable.principal', 'erasable'),
      input: plant('decision.erasable.input', 'erasable'),
      output: plant('decision.erasable.output', 'erasable'),
    },
  };
}

interface RefusedRequest {
  readonly path: string;
  readonly body: string;
  readonly headers?: Record<string, string>;
}

/** Each of these takes the place of something in a sound decision. */
const SPOILED: readonly ((plant: Plant) => object)[] = [
  (plant) => ({ service: plant('decision.service', 'safe') }),
  (plant) => ({ action: plant('decision.action', 'safe') }),
  (plant) => ({ region: plant('decision.region', 'safe') }),
  (plant) => ({ enforcer: { id: plant('decision.enforcer.id', 'safe') } }),
  (plant) => ({ policy: { id: plant('decision.policy.id', 'safe') } }),
  (plant) => ({ labels: { [plant('decision.labels.key', 'safe')]: plant('decision.labels.value') } }),
  (plant) => ({ [plant('unknown field name', 'outside')]: plant('unknown field', 'outside') }),
  (plant) => ({
    contact: plant('unknown field', 'outside'),
    enforcer: { id: 'x', mail: plant('unknown field') },
  }),
  (plant) => ({ latency_us: plant('decision.latency_us', 'outside') }),
  (plant) => ({
    outcome: plant('decision.outcome', 'outside'),
    decided_at: plant('decision.decided_at', 'outside'),
  }),
  (plant) => ({
    decision_id: plant('decision.decision_id', 'outside'),
    cached: plant('decision.cached', 'outside'),
  }),
  (plant) => ({ rationale: { text: plant('decision.rationale as object', 'outside') } }),
  (plant) => ({ tenant_id: plant('decision.tenant_id', 'safe') }),
];

function refusedRequest(way: number, plant: Plant): RefusedRequest {
  const beyond = way % (SPOILED.length + 5);
  const sound = () => decision(randomUUID(), plant);
  const spoil = SPOILED[beyond];
  if (spoil !== undefined) {
    return { path: '/v1/decisions', body: JSON.stringify({ ...sound(), ...spoil(plant) }) };
  }
  switch (beyond - SPOILED.length) {
    case 0:
      return { path: '/v1/decisions', body: `{"rationale": "${plant('broken JSON', 'outside')}"` };
    case 1:
      return { path: `/v1/${encodeURIComponent(plant('path', 'outside'))}`, body: '{}' };
    case 2: {
      const headers = {
        authorization: `Bearer ${toHeader(plant('token', 'outside'))}`,
        'user-agent': toHeader(plant('user-agent', 'outside')),
      };
      return {
        path: `/v1/decisions?user=${encodeURIComponent(plant('query', 'outside'))}`,
        body: '{}',
        headers,
      };
    }
    case 3:
      return {
        path: '/v1/labels',
        body: plant('text for JSON', 'outside'),
        headers: { 'content-type': 'text/plain' },
      };
    default: {
      const headers = {
        'content-type': 'application/json',
        'content-encoding': 'br',
        'x-request-id': toHeader(plant('x-request-id', 'outside')),
      };
      return { path: '/v1/tallies', body: plant('body in no known encoding', 'outside'), headers };
    }
  }
}

/** Signs that no header may have are left out. */
function toHeader(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '');
}

function opaEvent(way: number, trace: string, plant: Plant): object {
  const sound = {
    decision_id: randomUUID(),
    trace_id: trace,
    labels: { id: 'canary-opa', version: '1.4.2', owner: plant('opa.labels.owner') },
    path: 'authz/allow',
    input: { prompt: plant('opa.input', 'erasable') },
    result: { allow: true, reason: plant('opa.result', 'erasable') },
    requested_by: plant('opa.requested_by', 'erasable'),
    query: plant('opa.query', 'erasable'),
    custom: { note: plant('opa.custom', 'erasable') },
    nd_builtin_cache: { 'http.send': plant('opa.nd_builtin_cache', 'erasable') },
    request_context: { http: { headers: { authorization: [plant('opa.request_context', 'erasable')] } } },
    timestamp: new Date().toISOString(),
    metrics: { timer_server_handler_ns: 1_000_000 },
  };
  switch (way % 7) {
    case 1:
      return { ...sound, result: undefined, error: { code: 'eval', message: plant('opa.error.message') } };
    case 2:
      return { ...sound, result: plant('opa.result as text', 'erasable') };
    case 3:
      return {
        ...sound,
        labels: { id: plant('opa.labels.id', 'safe'), [plant('opa.labels key', 'safe')]: 'x' },
      };
    case 4:
      return {
        ...sound,
        unknown: plant('opa unknown field', 'outside'),
        [plant('opa unknown name', 'outside')]: 1,
      };
    case 5:
      return {
        ...sound,
        decision_id: plant('opa.decision_id', 'outside'),
        path: `authz/${plant('opa.path', 'safe')}`,
        revision: plant('opa.revision', 'safe'),
        bundles: {
          [plant('opa.bundles name', 'safe')]: { revision: plant('opa.bundles.revision', 'safe') },
        },
        erased: [`/input/${plant('opa.erased', 'outside')}`],
        rule_labels: { owner: plant('opa.rule_labels', 'outside') },
      };
    default:
      return sound;
  }
}
