import type { EventProducer } from '../../platform/kafka/event-producer.ts';
import { createEnforcer, type EnforcerRecorder } from '../../sdk/enforcer.ts';
import type { DeliveryCounts } from '../../sdk/send-queue.ts';
import { countingProducer } from './counting-producer.ts';
import type { HttpOutbox } from './http-outbox.ts';
import type { FleetLedger } from './ledger.ts';
import { troubleAfter, troubleRandom } from './make-trouble.ts';
import type { PlannedOutcome } from './plan-outcomes.ts';
import type { PlannedReport } from './planned-report.ts';
import type { FleetMember } from './roster.ts';
import { toOpaEvent } from './to-opa-event.ts';

/** An enforcer that reports what it decided, by whichever way it reports. */
export interface Player {
  readonly member: FleetMember;
  /** False until it has reached whom it reports to; before that it decides nothing. */
  isReady(): boolean;
  play(report: PlannedReport, decidedAtMs: number): void;
  /** Says what became of a decision later. An OPA has no way to. */
  settle(outcome: PlannedOutcome['report'], attemptedAtMs: number): void;
  /** Decisions and outcomes given up so far. */
  dropped(): number;
  /** Sends what waits. */
  close(timeoutMs: number): Promise<void>;
}

export type Connect = (options: {
  readonly brokers: readonly string[];
  readonly clientId: string;
}) => Promise<EventProducer>;

export interface SdkPlayerOptions {
  readonly brokers: readonly string[];
  readonly connect: Connect;
  readonly seed: number;
  readonly tallyIntervalMs: number;
  readonly ledger: FleetLedger;
  readonly onFailure: (error: unknown) => void;
}

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 10_000;

/** An enforcer with our SDK in it. It keeps trying to reach Kafka until it does or is closed. */
export function sdkPlayer(member: FleetMember, options: SdkPlayerOptions): Player {
  const stop = new AbortController();
  let recorder: EnforcerRecorder | null = null;
  const connected = reach(member, options, stop.signal).then((reached) => {
    recorder = reached;
  });
  return {
    member,
    isReady: () => recorder !== null,
    play: (report, decidedAtMs) => recorder?.record({ ...report, decidedAt: new Date(decidedAtMs) }),
    settle: (outcome, attemptedAtMs) =>
      recorder?.reportOutcome({ ...outcome, attemptedAt: new Date(attemptedAtMs) }),
    dropped: () => droppedIn(recorder?.counts()) + droppedIn(recorder?.outcomeCounts()),
    close: async () => {
      stop.abort();
      await connected;
      await recorder?.close();
    },
  };
}

function droppedIn(counts: DeliveryCounts | undefined): number {
  return Object.values(counts?.dropped ?? {}).reduce((sum: number, count: number) => sum + count, 0);
}

async function reach(
  member: FleetMember,
  options: SdkPlayerOptions,
  signal: AbortSignal,
): Promise<EnforcerRecorder | null> {
  for (let waitMs = FIRST_RETRY_MS; !signal.aborted; waitMs = Math.min(waitMs * 2, MAX_RETRY_MS)) {
    try {
      return await createSdkEnforcer(member, options);
    } catch (error) {
      options.onFailure(error);
      await pause(waitMs, signal);
    }
  }
  return null;
}

function createSdkEnforcer(member: FleetMember, options: SdkPlayerOptions): Promise<EnforcerRecorder> {
  const { ledger, onFailure, seed } = options;
  const name = `${member.tenant}/${member.enforcerId}`;
  return createEnforcer(
    {
      brokers: options.brokers,
      tenant: member.tenant,
      enforcer: { id: member.enforcerId, version: member.enforcerVersion },
      service: member.service,
      enforcementPoint: member.enforcementPoint,
      environment: member.environment,
      region: member.region,
      tallyIntervalMs: options.tallyIntervalMs,
      onFailure,
    },
    async (kafka) =>
      countingProducer(await options.connect(kafka), {
        ledger,
        onFailure,
        troubleAfter: (record, index) => troubleAfter(record, troubleRandom(seed, name, index)),
      }),
  );
}

/** An Open Policy Agent beside a service: it posts its decision log to the gateway, a chunk at a time. */
export function opaPlayer(member: FleetMember, outbox: HttpOutbox): Player {
  let requestNumber = 0;
  return {
    member,
    isReady: () => true,
    play: (report, decidedAtMs) => outbox.push(toOpaEvent(report, member, decidedAtMs, ++requestNumber)),
    settle: () => {},
    dropped: () => 0, // its outbox counts them
    close: (timeoutMs) => outbox.close(timeoutMs),
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
