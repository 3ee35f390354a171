import type { Decision, KeyValue, Outcome, RuleMatch } from '../../domain/contract/events.ts';
import { createRandom } from '../support/random.ts';
import { createByteSource, createTexts, pickOf } from './compose-texts.ts';

const BENCH_TENANTS = ['acme', 'globex', 'initech', 'umbra', 'vandelay'];
const ENFORCERS = 40;
/** Share of events that carry something to be forgotten on request. */
const ERASABLE_SHARE = 0.1;
/** A person's conversation is as many decisions of one enforcer that carry such data, on average. */
export const DECISIONS_PER_PERSON = 5;
/** Share of rationales that quote an e-mail address, a telephone number or a card. */
const PERSONAL_SHARE = 0.02;

const SERVICES = ['checkout', 'support-chat', 'search', 'returns', 'underwriting', 'claims', 'onboarding'];
const REGIONS = ['eu-1', 'eu-2', 'us-1', 'ap-1'];
const ACTIONS = ['model.invoke', 'tool.call', 'document.read', 'response.send'];
const CATEGORIES = ['safety', 'privacy', 'consent', 'cost', 'access', 'fairness'];
const POLICIES = ['content-safety', 'data-access', 'spend-guard', 'consent-check', 'tool-use'];
const RULES = [
  'no-weapons',
  'no-medical-advice',
  'region-allowed',
  'budget-left',
  'consent-given',
  'no-secrets',
];
const OUTCOMES: readonly Outcome[] = [
  'ALLOW',
  'ALLOW',
  'ALLOW',
  'ALLOW',
  'ALLOW',
  'ALLOW',
  'DENY',
  'REDACT',
  'WARN',
  'REVIEW',
];
const EPOCH_US = 1_790_000_000_000_000;

/** An event and which of the enforcers sent it: an enforcer's events stay in one partition. */
export interface ComposedDecision {
  readonly decision: Decision;
  readonly enforcer: number;
}

/**
 * Decisions as a fleet would send them, one after the other: 40 enforcers of 5 tenants taking turns, 0 to 3 rules,
 * rationales of one to five sentences. The same seed gives the same decisions, but for `decided_at`, which goes on
 * from `startMs` by a tenth of a millisecond each.
 */
export function createDecisionSource(
  seed: number,
  startMs: number,
  decisionsPerPerson = DECISIONS_PER_PERSON,
): () => ComposedDecision {
  const random = createRandom(seed);
  const bytes = createByteSource(seed + 1);
  const texts = createTexts(random);
  const digests = POLICIES.map(() => bytes(32));
  const subjectOf = createPeople(random, decisionsPerPerson);
  let made = 0;
  const chance = (share: number) => random() < share;
  return () => {
    const number = made++;
    const enforcer = number % ENFORCERS;
    const policy = Math.floor(random() * POLICIES.length);
    const outcome = pickOf(random, OUTCOMES);
    const tenant = BENCH_TENANTS[enforcer % BENCH_TENANTS.length] ?? '';
    const model = chance(0.8) ? { id: 'assistant', version: String(5 + (enforcer % 3)) } : null;
    const failed = chance(0.005);
    const decision: Decision = {
      decision_id: bytes(16),
      tenant_id: tenant,
      enforcer: {
        id: `guard-${enforcer}`,
        version: '1.4.0',
        epoch: EPOCH_US,
        sequence: Math.floor(number / ENFORCERS),
      },
      enforcement_point: 'APPLICATION',
      service: SERVICES[enforcer % SERVICES.length] ?? '',
      environment: 'prod',
      region: REGIONS[enforcer % REGIONS.length] ?? '',
      request_id: `req-${bytes(8).toString('hex')}`,
      trace_id: chance(0.9) ? bytes(16) : null,
      span_id: chance(0.9) ? bytes(8) : null,
      action: pickOf(random, ACTIONS),
      resource: texts.resource(),
      category: pickOf(random, CATEGORIES),
      risk: chance(0.1) ? 'HIGH' : 'LOW',
      model,
      policy: {
        id: POLICIES[policy] ?? '',
        version: '12',
        bundle_digest: digests[policy] ?? null,
        signed: true,
      },
      rules: composeRules(random),
      outcome,
      raw_outcome: outcome.toLowerCase(),
      mode: chance(0.1) ? 'SHADOW' : 'ENFORCE',
      fallback: failed ? 'FAIL_CLOSED' : 'NONE',
      applied: 'APPLIED',
      error: failed ? { class: 'timeout', message: 'the evaluator did not answer in time' } : null,
      decided_at: startMs * 1000 + number * 100,
      latency_us: 200 + Math.floor(random() * 20_000),
      overhead_us: chance(0.7) ? Math.floor(random() * 900) : null,
      cached: chance(0.15),
      cache_age_us: null,
      timed_out: failed,
      score: chance(0.6) ? random() : null,
      threshold: 0.8,
      cost_micros: chance(0.4) ? Math.floor(random() * 5_000) : null,
      fallback_model: null,
      rate_limited: chance(0.01),
      rationale: texts.rationale(PERSONAL_SHARE),
      cohort: chance(0.3) ? `cohort-${Math.floor(random() * 8)}` : null,
      probe: null,
      labels: [
        { key: 'cluster', value: `prod-${enforcer % 4}` },
        { key: 'team', value: `team ${enforcer % 6}` },
      ],
      attributes: composeAttributes(random),
      salt: bytes(16),
      erasable: chance(ERASABLE_SHARE)
        ? composeErasable(subjectOf(enforcer), bytes, texts.rationale(0))
        : null,
    };
    return { decision, enforcer };
  };
}

function composeRules(random: () => number): RuleMatch[] {
  const first = Math.floor(random() * RULES.length);
  return Array.from({ length: Math.floor(random() * 4) }, (_, index) => ({
    id: RULES[(first + index) % RULES.length] ?? '',
    layer: index === 0 ? 'global' : null,
    effect: index === 0 ? 'allow' : 'warn',
    overridden: index > 1,
  }));
}

/** One to three, in the order of their keys. */
function composeAttributes(random: () => number): KeyValue[] {
  const all = [
    { key: 'channel', value: pickOf(random, ['web', 'mobile app', 'telephone', 'partner API']) },
    { key: 'locale', value: pickOf(random, ['de', 'en', 'fr', 'ja']) },
    { key: 'tokens', value: String(Math.floor(random() * 4_000)) },
  ];
  return all.slice(0, 1 + Math.floor(random() * 3));
}

/** Whom an enforcer's next decision is about: the same person for one to twice as many as the mean, less one. */
function createPeople(random: () => number, decisionsPerPerson: number): (enforcer: number) => string {
  const talks = new Map<number, { subject: string; left: number }>();
  return (enforcer) => {
    let talk = talks.get(enforcer);
    if (talk === undefined || talk.left === 0) {
      const left = 1 + Math.floor(random() * (2 * decisionsPerPerson - 1));
      talk = { subject: `customer-${Math.floor(random() * 1e6)}`, left };
      talks.set(enforcer, talk);
    }
    talk.left--;
    return talk.subject;
  };
}

function composeErasable(subject: string, bytes: (length: number) => Buffer, input: string) {
  return {
    salt: bytes(16),
    subjects: [subject],
    principal: subject,
    input: JSON.stringify({ messages: [{ role: 'user', content: input }] }),
    output: null,
  };
}
