import { inputOf } from '../../domain/contract/inputs.ts';
import { HttpOutbox } from './http-outbox.ts';
import type { FleetLedger, FleetRoute } from './ledger.ts';

export interface GatewayRoutesOptions {
  readonly gatewayUrl: string;
  readonly timescale: number;
  readonly ledger: FleetLedger;
  readonly onFailure: (route: FleetRoute, cause: string) => void;
}

export type Outboxes = Readonly<Record<GatewayRoute, HttpOutbox>>;

type GatewayRoute = 'opa' | 'tallies' | 'labels' | 'policy-changes';

const ROUTES: Readonly<Record<GatewayRoute, { readonly path: string; readonly subject: string }>> = {
  opa: { path: '/logs', subject: 'decision' },
  tallies: { path: '/v1/tallies', subject: 'request-tally' },
  labels: { path: '/v1/labels', subject: 'label' },
  'policy-changes': { path: '/v1/policy-changes', subject: 'policy-change' },
};
const REJECTIONS_TOPIC = inputOf('rejection').topic;
const OPA_FLUSH_MS = 5_000;
const MIN_OPA_FLUSH_MS = 1_000;
const JSON_FLUSH_MS = 250;
const OPA_LIMITS = { maxBatch: 150, maxQueued: 10_000 };
const JSON_LIMITS = { maxBatch: 100, maxQueued: 2_000 };

/** One tenant's outboxes to the routes of the gateway; what it acknowledges is counted under the route's topic. */
export function openOutboxes(token: string, options: GatewayRoutesOptions): Outboxes {
  return {
    opa: openOutbox('opa', token, options),
    tallies: openOutbox('tallies', token, options),
    labels: openOutbox('labels', token, options),
    'policy-changes': openOutbox('policy-changes', token, options),
  };
}

function openOutbox(route: GatewayRoute, token: string, options: GatewayRoutesOptions): HttpOutbox {
  const { ledger, gatewayUrl, timescale, onFailure } = options;
  const { path, subject } = ROUTES[route];
  const likeOpa = route === 'opa';
  return new HttpOutbox({
    ...(likeOpa ? OPA_LIMITS : JSON_LIMITS),
    url: `${gatewayUrl.replace(/\/+$/, '')}${path}`,
    token,
    likeOpa,
    flushIntervalMs: likeOpa ? Math.max(MIN_OPA_FLUSH_MS, OPA_FLUSH_MS / timescale) : JSON_FLUSH_MS,
    onAcknowledged: (_batch, { accepted, rejections }) => {
      ledger.sent(route, inputOf(subject).topic, accepted);
      ledger.sent('rejections', REJECTIONS_TOPIC, rejections);
    },
    onDropped: (count) => ledger.dropped(count),
    onFailure: (cause) => onFailure(route, cause),
  });
}
