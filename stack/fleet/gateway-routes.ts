import { inputOf } from '../../domain/contract/inputs.ts';
import { HttpOutbox } from './http-outbox.ts';
import type { FleetLedger, FleetRoute } from './ledger.ts';

export interface GatewayRoutesOptions {
  readonly gatewayUrl: string;
  readonly timescale: number;
  readonly ledger: FleetLedger;
  readonly onFailure: (route: FleetRoute, cause: string) => void;
}

export type Outboxes = Readonly<
  Record<Exclude<GatewayRoute, 'slo-adjustments'>, HttpOutbox> & {
    'slo-adjustments': HttpOutbox | null;
  }
>;

type GatewayRoute = 'opa' | 'tallies' | 'labels' | 'policy-changes' | 'incidents' | 'slo-adjustments';

/** One tenant's tokens, by role. Without one of on-call no budget is adjusted. */
export interface FleetTokens {
  readonly enforcerToken: string;
  readonly sreToken?: string | undefined;
}

const ROUTES: Readonly<Record<GatewayRoute, { readonly path: string; readonly subject: string }>> = {
  opa: { path: '/logs', subject: 'decision' },
  tallies: { path: '/v1/tallies', subject: 'request-tally' },
  labels: { path: '/v1/labels', subject: 'label' },
  'policy-changes': { path: '/v1/policy-changes', subject: 'policy-change' },
  incidents: { path: '/v1/incidents', subject: 'incident' },
  'slo-adjustments': { path: '/v1/slo-adjustments', subject: 'slo-adjustment' },
};
const REJECTIONS_TOPIC = inputOf('rejection').topic;
const OPA_FLUSH_MS = 5_000;
const MIN_OPA_FLUSH_MS = 1_000;
const JSON_FLUSH_MS = 250;
const OPA_LIMITS = { maxBatch: 150, maxQueued: 10_000 };
const JSON_LIMITS = { maxBatch: 100, maxQueued: 2_000 };

/** One tenant's outboxes to the routes of the gateway; what it acknowledges is counted under the route's topic. */
export function openOutboxes(tokens: FleetTokens, options: GatewayRoutesOptions): Outboxes {
  const { enforcerToken, sreToken } = tokens;
  const open = (route: GatewayRoute) => openOutbox(route, enforcerToken, options);
  return {
    opa: open('opa'),
    tallies: open('tallies'),
    labels: open('labels'),
    'policy-changes': open('policy-changes'),
    incidents: open('incidents'),
    'slo-adjustments': sreToken === undefined ? null : openOutbox('slo-adjustments', sreToken, options),
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
