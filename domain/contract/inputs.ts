/**
 * Every topic that is recorded. The recorder, the producers and `docket migrate` all read this one list; a schema
 * is added here by the change that first moves it end to end.
 */
export interface Input {
  /** Subject of the schema of what is sent; `recorded-<subject>` is what is stored. */
  readonly subject: string;
  readonly topic: string;
  readonly table: string;
  /** Fixed for the life of the topic version: identities and seals are per partition. */
  readonly partitions: number;
  /** Name of the event's own id; with tenant and producer it is what a duplicate shares. */
  readonly idField: string;
  /** Path of the producer's id within the event; null where the event id is unique within the tenant. */
  readonly producerPath: readonly [string, string?] | null;
  /** What the Kafka key holds beside the tenant, so that one producer's events keep their order; null: nothing. */
  readonly keyPath: readonly [string, string?] | null;
}

export const INPUTS: readonly Input[] = [
  {
    subject: 'decision',
    topic: 'docket.decisions.v1',
    table: 'decisions',
    partitions: 4,
    idField: 'decision_id',
    producerPath: ['enforcer', 'id'],
    keyPath: ['enforcer', 'id'],
  },
  {
    subject: 'request-tally',
    topic: 'docket.tallies.v1',
    table: 'tallies',
    partitions: 2,
    idField: 'tally_id',
    producerPath: ['observer', 'id'],
    keyPath: ['observer', 'id'],
  },
  {
    subject: 'policy-change',
    topic: 'docket.policy-changes.v1',
    table: 'policy_changes',
    partitions: 1,
    idField: 'change_id',
    producerPath: null,
    keyPath: ['policy', 'id'],
  },
  {
    subject: 'label',
    topic: 'docket.labels.v1',
    table: 'labels',
    partitions: 1,
    idField: 'label_id',
    producerPath: null,
    keyPath: ['enforcer_id'],
  },
  {
    subject: 'access',
    topic: 'docket.accesses.v1',
    table: 'access_log',
    partitions: 1,
    idField: 'access_id',
    producerPath: null,
    keyPath: null,
  },
  {
    subject: 'rejection',
    topic: 'docket.rejections.v1',
    table: 'rejections',
    partitions: 1,
    idField: 'rejection_id',
    producerPath: null,
    keyPath: null,
  },
  {
    subject: 'statement',
    topic: 'docket.statements.v1',
    table: 'statements',
    partitions: 1,
    idField: 'statement_id',
    producerPath: null,
    keyPath: null,
  },
  {
    subject: 'erasure-request',
    topic: 'docket.erasure-requests.v1',
    table: 'erasure_requests',
    partitions: 1,
    idField: 'erasure_id',
    producerPath: null,
    keyPath: null,
  },
  {
    subject: 'enforcement-outcome',
    topic: 'docket.outcomes.v1',
    table: 'outcomes',
    partitions: 4,
    idField: 'outcome_id',
    producerPath: ['enforcer', 'id'],
    keyPath: ['enforcer', 'id'],
  },
  {
    subject: 'incident',
    topic: 'docket.incidents.v1',
    table: 'incidents',
    partitions: 1,
    idField: 'record_id',
    producerPath: null,
    keyPath: null,
  },
  {
    subject: 'slo-adjustment',
    topic: 'docket.slo-adjustments.v1',
    table: 'slo_adjustments',
    partitions: 1,
    idField: 'adjustment_id',
    producerPath: null,
    keyPath: null,
  },
];

/** The input of a subject. Throws for a subject that is not recorded. */
export function inputOf(subject: string): Input {
  const input = INPUTS.find((candidate) => candidate.subject === subject);
  if (input === undefined) throw new Error(`inputs: nothing is recorded of ${JSON.stringify(subject)}`);
  return input;
}

/** The input that comes from a topic. Throws for a topic that is not recorded. */
export function inputOfTopic(topic: string): Input {
  const input = INPUTS.find((candidate) => candidate.topic === topic);
  if (input === undefined) throw new Error(`inputs: topic ${JSON.stringify(topic)} is not recorded`);
  return input;
}
