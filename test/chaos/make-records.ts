import { randomBytes } from 'node:crypto';
import type { Decision } from '../../domain/contract/events.ts';
import { inputOf } from '../../domain/contract/inputs.ts';
import { frameSingleObject } from '../../domain/contract/wire.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { encodeFarTime } from '../support/encode-far-time.ts';
import {
  sampleAccess,
  sampleAdjustment,
  sampleDecision,
  sampleErasureRequest,
  sampleIncident,
  sampleLabel,
  sampleOutcome,
  samplePolicyChange,
  sampleRejection,
  sampleStatement,
  sampleTally,
} from '../support/sample-events.ts';
import type { Fate } from './acknowledged-ledger.ts';

/** A record to be appended, and what must become of it. */
export interface PlannedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly value: Buffer | null;
  readonly fate: Fate;
  readonly id: Uint8Array | null;
  readonly copyOf: number | null;
  /** The event itself, if it may be copied later. */
  readonly decision: Decision | null;
}

export interface CopiedDecision {
  readonly decision: Decision;
  readonly partition: number;
  readonly offset: number;
}

// Once: it reads files, and thousands of events are made a second.
const registry = loadReleasedSchemas();
const FAR_TIME = encodeFarTime();
const DAY_US = 24 * 60 * 60 * 1_000_000;
const DECISIONS = inputOf('decision');
const ERASABLE_SHARE = 0.1;
const RARE = {
  'policy-change': () => samplePolicyChange(),
  label: () => sampleLabel(),
  access: () => sampleAccess(),
  rejection: () => sampleRejection(),
  statement: () => sampleStatement(),
  'erasure-request': () => sampleErasureRequest(),
  'enforcement-outcome': () => sampleOutcome(),
  incident: () => sampleIncident(),
  'slo-adjustment': () => sampleAdjustment(),
} as const;

/** Decisions that fare in every way that objectives tell apart, some of them a (scaled) day away from now. */
export interface Variety {
  readonly dayUs: number;
}

const APPLIED = ['APPLIED', 'PENDING', 'FAILED', 'NOT_APPLIED', 'UNKNOWN'] as const;

function varied(random: () => number): Partial<Decision> {
  const applied = random() < 0.7 ? 'APPLIED' : (APPLIED[Math.floor(random() * APPLIED.length)] ?? 'APPLIED');
  return {
    applied,
    fallback: random() < 0.03 ? 'FAIL_CLOSED' : 'NONE',
    mode: random() < 0.05 ? 'SHADOW' : 'ENFORCE',
    latency_us: Math.floor(random() * 55_000),
    ...(random() < 0.05 ? { trace_id: null } : {}),
    ...(random() < 0.05 ? { rationale: '', rules: [] } : {}),
  };
}

/** What became of a decision that was sent lately. */
export function makeOutcome(random: () => number, { decision }: CopiedDecision): PlannedRecord {
  const outcome = sampleOutcome({
    enforcer: { id: decision.enforcer.id, epoch: decision.enforcer.epoch },
    decision_id: decision.decision_id,
    applied: APPLIED[Math.floor(random() * APPLIED.length)] ?? 'APPLIED',
    final: random() < 0.7,
  });
  const partition = Number(decision.enforcer.id.split('-')[1]) % inputOf('enforcement-outcome').partitions;
  return recordOf('enforcement-outcome', partition, outcome, outcome.outcome_id, null);
}

/** A decision of one of 20 enforcers; each keeps to its partition, so that its sequence stays in order. */
export function makeDecision(random: () => number, number: number, variety?: Variety): PlannedRecord {
  const enforcer = number % 20;
  const dayUs = variety?.dayUs ?? DAY_US;
  const shiftedUs = random() < 0.02 ? (random() < 0.5 ? dayUs : -dayUs) : 0;
  const decision = sampleDecision({
    outcome: random() < 0.2 ? 'DENY' : 'ALLOW',
    enforcer: { id: `guard-${enforcer}`, version: '1', epoch: 1, sequence: Math.floor(number / 20) },
    service: random() < 0.5 ? 'checkout' : 'support',
    latency_us: 1 + (number % 1_000_000),
    decided_at: Date.now() * 1000 + shiftedUs,
    erasable: random() < ERASABLE_SHARE ? erasableOf(random) : null,
    ...(variety === undefined ? {} : varied(random)),
  });
  return recordOf('decision', enforcer % DECISIONS.partitions, decision, decision.decision_id, decision);
}

/** About one of a hundred people, or about nobody. */
function erasableOf(random: () => number): Decision['erasable'] {
  const person = `customer-${Math.floor(random() * 100)}`;
  const subjects = random() < 0.1 ? [] : [person];
  return { salt: randomBytes(16), subjects, principal: null, input: '{"question":1}', output: null };
}

export function makeTally(number: number): PlannedRecord {
  const tally = sampleTally();
  return recordOf('request-tally', number % inputOf('request-tally').partitions, tally, tally.tally_id, null);
}

/** One of the kinds that are few, in turn. */
export function makeRare(number: number): PlannedRecord {
  const subjects = Object.keys(RARE) as (keyof typeof RARE)[];
  const subject = subjects[number % subjects.length] ?? 'label';
  const event: object = RARE[subject]();
  const id = (event as Record<string, unknown>)[inputOf(subject).idField] as Uint8Array;
  return recordOf(subject, 0, event, id, null);
}

/** A second copy of an acknowledged decision, with the same content (but its salt) or another. */
export function makeCopy(random: () => number, original: CopiedDecision): PlannedRecord {
  const conflict = random() < 0.3;
  const changed = conflict
    ? { outcome: original.decision.outcome === 'DENY' ? ('ALLOW' as const) : ('DENY' as const) }
    : { salt: randomBytes(16) };
  const copy = { ...original.decision, ...changed };
  return {
    ...recordOf('decision', original.partition, copy, copy.decision_id, null),
    fate: conflict ? 'CONFLICT' : 'SAME',
    copyOf: original.offset,
  };
}

type PoisonKind = (typeof POISON)[number];
const POISON = [
  'garbage',
  'no value',
  'unknown fingerprint',
  'unknown schema id',
  'torn',
  'another topic’s event',
  'no tenant',
  'year 9999',
  'oversized',
] as const;

/** A record that must end in quarantine. The oversized ones are 1.2 MB and only made if `large`. */
export function makePoison(random: () => number, large: boolean): PlannedRecord {
  const kinds = large ? POISON : POISON.filter((kind) => kind !== 'oversized');
  const kind = kinds[Math.floor(random() * kinds.length)] ?? 'garbage';
  const partition = Math.floor(random() * DECISIONS.partitions);
  const rest = { fate: 'QUARANTINED' as const, id: null, copyOf: null, decision: null };
  return { topic: DECISIONS.topic, partition, value: poisonBytes(kind), ...rest };
}

function poisonBytes(kind: PoisonKind): Buffer | null {
  switch (kind) {
    case 'garbage':
      return Buffer.from('garbage');
    case 'no value':
      return null;
    case 'unknown fingerprint':
      return Buffer.concat([Buffer.from([0xc3, 0x01]), randomBytes(40)]);
    case 'unknown schema id':
      return Buffer.concat([Buffer.from([0x00, 0x7f, 0xff, 0xff, 0xff]), randomBytes(40)]);
    case 'torn':
      return encode('decision', sampleDecision()).subarray(0, 60);
    case 'another topic’s event':
      return encode('request-tally', sampleTally());
    case 'no tenant':
      return encode('decision', sampleDecision({ tenant_id: '' }));
    case 'year 9999':
      return Buffer.from(FAR_TIME);
    case 'oversized':
      return Buffer.alloc(1_200_000, 0xc3);
  }
}

function recordOf(
  subject: string,
  partition: number,
  event: object,
  id: Uint8Array,
  decision: Decision | null,
): PlannedRecord {
  const value = encode(subject, event);
  const { topic } = inputOf(subject);
  return { topic, partition, value, fate: 'RECORDED', id, copyOf: null, decision };
}

function encode(subject: string, event: object): Buffer {
  const schema = registry.newest(subject);
  return frameSingleObject(schema, schema.encode(event));
}
