import { randomBytes } from 'node:crypto';
import type { RecordType } from '../domain/avro/schema.ts';
import { partitionKeyOf } from '../domain/contract/event-identity.ts';
import type { EnforcementPoint, RequestTally } from '../domain/contract/events.ts';
import { inputOf } from '../domain/contract/inputs.ts';
import { frameSingleObject } from '../domain/contract/wire.ts';
import { MAX_RECORD_BYTES } from '../domain/recording/decode-event.ts';
import { compileSourceRedaction } from '../domain/recording/redact-at-source.ts';
import { DEFAULT_RULESET } from '../domain/redaction/default-ruleset.ts';
import { maskJson } from '../domain/redaction/mask-json.ts';
import type { Ruleset } from '../domain/redaction/ruleset.ts';
import { createTextRedactor } from '../domain/redaction/text-redactor.ts';
import { type EventProducer, openEventProducer } from '../platform/kafka/event-producer.ts';
import { loadReleasedSchemas } from '../schemas/load-released.ts';
import { type DecisionReport, type EnforcerContext, toDecision } from './decision-report.ts';
import { type OutcomeReport, toOutcome } from './outcome-report.ts';
import { type DeliveryCounts, SendQueue } from './send-queue.ts';

export interface EnforcerOptions {
  /** `host:port` of one or more Kafka brokers. */
  readonly brokers: readonly string[];
  readonly tenant: string;
  /** The id must be stable over restarts and unique among running instances. */
  readonly enforcer: { readonly id: string; readonly version?: string };
  readonly service: string;
  readonly enforcementPoint: EnforcementPoint;
  readonly environment?: string;
  readonly region?: string;
  /** How often a tally is sent, also when idle: it is the heartbeat. Default 10 000. */
  readonly tallyIntervalMs?: number;
  /** Decisions that may wait for Kafka; above it the newest are dropped, counted and visible as a gap. Default 10 000. */
  readonly maxQueued?: number;
  readonly lingerMs?: number;
  /** What is redacted before it is sent. Left out: texts are, so that the raw topic never holds what they hold. */
  readonly redaction?: EnforcerRedaction;
  /** Told of every failure to deliver or encode. Never gets a payload. */
  readonly onFailure?: (error: unknown) => void;
}

interface EnforcerRedaction {
  /** Personal data and secrets in texts (rationale, resource, error message, labels, attributes). Default true. */
  readonly text?: boolean;
  /**
   * Also in the input and output of erasable data, and there what the ruleset masks by place or name. Default false: they are encrypted when they are recorded, and an
   * auditor may want to see them. Subjects and principal are never redacted: erasing goes by them.
   */
  readonly erasable?: boolean;
  /** What is looked for (domain/redaction/parse-ruleset.ts reads one); default: the rules that Docket ships with. */
  readonly ruleset?: Ruleset;
}

export interface EnforcerRecorder {
  /** Queues one decision and returns at once. Never throws: what cannot be recorded is counted and leaves a gap. */
  record(report: DecisionReport): void;
  /**
   * Queues what became of a decision that was reported as PENDING, FAILED or NOT_APPLIED, once for every attempt to
   * apply it; the last one is `final`. Returns at once and never throws, as `record` does not.
   */
  reportOutcome(report: OutcomeReport): void;
  /** Of decisions. */
  counts(): DeliveryCounts;
  /** Of outcomes. */
  outcomeCounts(): DeliveryCounts;
  /** Sends what waits and a last tally. Resolves within about ten seconds. */
  close(): Promise<void>;
}

const MAX_BATCH_RECORDS = 512;
const MAX_BATCH_BYTES = 512 * 1024;
const CLOSE_TIMEOUT_MS = 8_000;
/** For the last tally and the goodbye; with Kafka away neither would ever end. */
const LEAVE_TIMEOUT_MS = 2_000;

/**
 * Connects an enforcer to Docket. Decisions are numbered from 0 before anything can be lost, so that whatever is
 * dropped on the way shows as a gap. Rejects when Kafka cannot be reached at all.
 */
export async function createEnforcer(
  options: EnforcerOptions,
  connect: (options: {
    brokers: readonly string[];
    clientId: string;
  }) => Promise<EventProducer> = openEventProducer,
): Promise<EnforcerRecorder> {
  const registry = loadReleasedSchemas();
  const decisionSchema = registry.newest('decision');
  const tallySchema = registry.newest('request-tally');
  const decisions = inputOf('decision');
  const tallies = inputOf('request-tally');
  const outcomeSchema = registry.newest('enforcement-outcome');
  const outcomes = inputOf('enforcement-outcome');
  const onFailure = neverThrowing(options.onFailure ?? (() => {}));
  const context = contextOf(options);
  const redact = compileRedaction(decisionSchema.type, options.redaction ?? {});
  const producer = await connect({ brokers: options.brokers, clientId: `docket-sdk-${options.enforcer.id}` });
  const openQueue = (topic: string) =>
    new SendQueue({
      maxQueued: options.maxQueued ?? 10_000,
      maxBatchRecords: MAX_BATCH_RECORDS,
      maxBatchBytes: MAX_BATCH_BYTES,
      lingerMs: options.lingerMs ?? 50,
      send: (records) => producer.send(topic, records),
      onFailure,
    });
  const queue = openQueue(decisions.topic);
  const outcomeQueue = openQueue(outcomes.topic);
  const counter = new TallyCounter(context);
  let sequence = 0;

  const sendTally = async () => {
    const tally = counter.take(sequence, queue.counts);
    const value = frameSingleObject(tallySchema, tallySchema.encode(tally));
    await producer.send(tallies.topic, [{ key: partitionKeyOf(tallies, tally), value }]);
  };
  const heartbeat = setInterval(() => sendTally().catch(onFailure), options.tallyIntervalMs ?? 10_000);

  return {
    record: (report) => {
      const own = sequence++;
      try {
        const decision = toDecision(report, context, own);
        const value = frameSingleObject(decisionSchema, decisionSchema.encode(redact({ ...decision })));
        if (value.length > MAX_RECORD_BYTES) throw new RangeError('a decision must not exceed 1 MiB');
        counter.count(report);
        queue.push({ key: partitionKeyOf(decisions, decision), value });
      } catch (error) {
        queue.drop('invalid');
        onFailure(error);
      }
    },
    reportOutcome: (report) => {
      try {
        const outcome = toOutcome(report, context);
        const value = frameSingleObject(outcomeSchema, outcomeSchema.encode(outcome));
        outcomeQueue.push({ key: partitionKeyOf(outcomes, outcome), value });
      } catch (error) {
        outcomeQueue.drop('invalid');
        onFailure(error);
      }
    },
    counts: () => queue.counts,
    outcomeCounts: () => outcomeQueue.counts,
    close: async () => {
      clearInterval(heartbeat);
      await Promise.all([queue.close(CLOSE_TIMEOUT_MS), outcomeQueue.close(CLOSE_TIMEOUT_MS)]);
      const leaving = sendTally()
        .catch(onFailure)
        .then(() => producer.close());
      await Promise.race([leaving, sleep(LEAVE_TIMEOUT_MS)]);
    },
  };
}

/** What it throws drops the decision: nothing is ever sent unredacted that should be. */
function compileRedaction(
  type: RecordType,
  { text = true, erasable = false, ruleset = DEFAULT_RULESET }: EnforcerRedaction,
): (event: Record<string, unknown>) => Record<string, unknown> {
  const redactor = createTextRedactor(ruleset);
  const maskErasable = (value: string, tenantId: string) =>
    redactor.redact(maskJson(value, ruleset, tenantId), tenantId).text;
  const change = compileSourceRedaction(type, {
    redactor: text ? redactor : null,
    ...(erasable ? { maskErasable } : {}),
  });
  return change ?? ((event) => event);
}

/** What the host does with a failure must not become a failure of its enforcement. */
function neverThrowing(report: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    try {
      report(error);
    } catch {
      // There is nobody left to tell.
    }
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

function contextOf(options: EnforcerOptions): EnforcerContext {
  return {
    tenant: options.tenant,
    enforcer: { id: options.enforcer.id, version: options.enforcer.version ?? '', epoch: Date.now() * 1000 },
    enforcementPoint: options.enforcementPoint,
    service: options.service,
    environment: options.environment ?? '',
    region: options.region ?? '',
  };
}

/** Counts what happened since the last tally. */
class TallyCounter {
  readonly #context: EnforcerContext;
  readonly #policies = new Map<string, RequestTally['policies'][number]>();
  #since = Date.now();
  #evaluated = 0;
  #failed = 0;
  #droppedBefore = 0;

  constructor(context: EnforcerContext) {
    this.#context = context;
  }

  count(report: DecisionReport): void {
    this.#evaluated++;
    if (report.outcome === 'ERROR') this.#failed++;
    const { id, version, bundleDigest } = report.policy;
    this.#policies.set(id, { id, version, bundle_digest: bundleDigest ?? null });
  }

  take(nextSequence: number, delivery: DeliveryCounts): RequestTally {
    const { tenant, enforcer, service, enforcementPoint, environment, region } = this.#context;
    const now = Date.now();
    const droppedInAll = Object.values(delivery.dropped).reduce((sum, count) => sum + count, 0);
    const dropped = droppedInAll - this.#droppedBefore;
    const tally: RequestTally = {
      tally_id: randomBytes(16),
      tenant_id: tenant,
      observer: { id: enforcer.id, version: enforcer.version, kind: 'ENFORCER', epoch: enforcer.epoch },
      service,
      enforcement_point: enforcementPoint,
      environment,
      region,
      interval_start: this.#since * 1000,
      interval_end: now * 1000,
      requests_in_scope: this.#evaluated,
      evaluated: this.#evaluated,
      skipped: [],
      dropped: dropped === 0 ? [] : [{ reason: 'not_delivered', count: dropped }],
      failed: this.#failed,
      backlog: delivery.queued,
      next_sequence: nextSequence,
      policies: [...this.#policies.values()],
      salt: randomBytes(16),
    };
    this.#since = now;
    this.#evaluated = 0;
    this.#failed = 0;
    this.#droppedBefore = droppedInAll;
    return tally;
  }
}
