import type { EnforcementPoint } from '../../domain/contract/events.ts';
import type { PolicyId } from './policy-catalogue.ts';
import type { Afflictions } from './scenario.ts';

/** One enforcer of the fleet. */
export interface FleetMember {
  readonly tenant: string;
  readonly enforcerId: string;
  readonly enforcerVersion: string;
  /** How its decisions travel: through the SDK, or as OPA's decision logs through the gateway. */
  readonly route: 'sdk' | 'opa';
  readonly service: string;
  readonly enforcementPoint: EnforcementPoint;
  readonly environment: string;
  readonly region: string;
  /** Its share of the fleet's decisions; over one tenant they sum to 1. */
  readonly weight: number;
  readonly policies: Readonly<Partial<Record<PolicyId, number>>>;
  readonly actions: readonly string[];
  readonly afflictions: Afflictions;
}

type Post = Omit<
  FleetMember,
  'tenant' | 'enforcerId' | 'enforcerVersion' | 'environment' | 'afflictions' | 'region'
>;

/** Services of a shop, and of an insurer; further tenants take them in turn. */
const HOUSES: readonly { readonly region: string; readonly posts: readonly Post[] }[] = [
  {
    region: 'eu-central-1',
    posts: [
      {
        route: 'sdk',
        service: 'checkout-assistant',
        enforcementPoint: 'APPLICATION',
        weight: 0.36,
        policies: { 'content-safety': 0.5, consent: 0.3, 'cost-guard': 0.2 },
        actions: ['model.invoke', 'order.read', 'order.refund'],
      },
      {
        route: 'sdk',
        service: 'support-bot',
        enforcementPoint: 'SERVICE',
        weight: 0.34,
        policies: { 'content-safety': 0.6, 'data-access': 0.4 },
        actions: ['model.invoke', 'ticket.read', 'ticket.reply'],
      },
      {
        route: 'sdk',
        service: 'code-review',
        enforcementPoint: 'CI_CD',
        weight: 0.18,
        policies: { 'content-safety': 0.4, 'cost-guard': 0.6 },
        actions: ['model.invoke', 'repository.read', 'change.comment'],
      },
      {
        route: 'opa',
        service: 'api-edge',
        enforcementPoint: 'EDGE',
        weight: 0.12,
        policies: { 'data-access': 1 },
        actions: ['http.get', 'http.post'],
      },
    ],
  },
  {
    region: 'us-east-1',
    posts: [
      {
        route: 'sdk',
        service: 'hr-screening',
        enforcementPoint: 'APPLICATION',
        weight: 0.28,
        policies: { consent: 0.5, 'data-access': 0.3, 'content-safety': 0.2 },
        actions: ['profile.rank', 'profile.read', 'model.invoke'],
      },
      {
        route: 'sdk',
        service: 'claims-triage',
        enforcementPoint: 'SERVERLESS',
        weight: 0.36,
        policies: { 'data-access': 0.5, 'content-safety': 0.3, 'cost-guard': 0.2 },
        actions: ['claim.read', 'claim.route', 'model.invoke'],
      },
      {
        route: 'sdk',
        service: 'document-search',
        enforcementPoint: 'DATA',
        weight: 0.24,
        policies: { 'data-access': 0.8, consent: 0.2 },
        actions: ['document.search', 'document.read'],
      },
      {
        route: 'opa',
        service: 'agent-gateway',
        enforcementPoint: 'NETWORK',
        weight: 0.12,
        policies: { 'cost-guard': 0.5, consent: 0.5 },
        actions: ['tool.call', 'agent.delegate'],
      },
    ],
  },
];

/** Of the first tenant: where an engine fails, requests pass by, or a rollout is missed. */
export const TROUBLED_SERVICE = 'support-bot';

/**
 * The enforcers of a fleet of these tenants. Scenarios hit the first tenant, and its support-bot
 * where they are about one service.
 */
export function fleetRoster(tenants: readonly string[]): FleetMember[] {
  return tenants.flatMap((tenant, at) => {
    const house = HOUSES[at % HOUSES.length];
    return (house?.posts ?? []).map((post) => ({
      ...post,
      tenant,
      enforcerId: `${post.service}-${post.route === 'opa' ? 'opa' : 'guard'}-1`,
      enforcerVersion: post.route === 'opa' ? '1.4.2' : '0.1.0',
      environment: 'prod',
      region: house?.region ?? '',
      weight: post.weight / tenants.length,
      afflictions: {
        troubledTenant: at === 0,
        troubledService: at === 0 && post.service === TROUBLED_SERVICE,
      },
    }));
  });
}
