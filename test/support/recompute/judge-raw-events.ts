import type { Slo } from '../../../domain/slo/definition.ts';
import type { RawDecisionFacts, RawEvents, RawOutcomeFacts, RawTallyFacts } from './read-raw-events.ts';

/** Something that an objective counts. `good` and `bad` are numbers of events, as a tally stands for several. */
export interface JudgedEvent {
  readonly tenant: string;
  readonly service: string;
  /** The closed minute in which it counts, and the one that it is about. Starts, Unix milliseconds. */
  readonly minuteMs: number;
  readonly decidedMinuteMs: number;
  readonly late: boolean;
  readonly good: number;
  readonly bad: number;
  readonly unknown: number;
}

type Verdict = 'good' | 'bad' | 'unknown';

const LATE_MINUTES = 15;
const SETTLE_MINUTES = 5;

/** Judges raw events one by one, by what docs/evaluator.md says of each indicator. `bucketMs`: how long a minute is. */
export function judgeRawEvents(slo: Slo, raw: RawEvents, bucketMs: number): readonly JudgedEvent[] {
  const { indicator } = slo;
  const inScope = (one: { readonly tenant: string; readonly service: string }) =>
    (slo.tenant === '*' || slo.tenant === one.tenant) && (slo.service === '*' || slo.service === one.service);
  const decisions = raw.decisions.filter(inScope);
  const real = decisions.filter(({ enforced, probe }) => enforced === 1 && probe === 0);
  switch (indicator.kind) {
    case 'decision-latency':
      return real.map((one) =>
        judged(
          one,
          one.latencyUs <= indicator.thresholdMs * 1000 ? 'good' : 'bad',
          floor(one.appendMs),
          bucketMs,
        ),
      );
    case 'audit-completeness':
      return decisions.map((one) =>
        judged(one, one.complete === 1 ? 'good' : 'bad', floor(one.appendMs), bucketMs),
      );
    case 'enforcement-success':
      return settle(real, raw.outcomes, ['PENDING', 'FAILED', 'NOT_APPLIED'], ({ final }) => final === 1);
    case 'first-attempt-success':
      return settle(
        real,
        raw.outcomes,
        ['PENDING'],
        ({ attempt, applied }) => attempt === 1 && applied !== 'PENDING',
      );
    case 'coverage':
      return cover(raw.tallies.filter(inScope), decisions, bucketMs);
  }

  function floor(timeMs: number): number {
    return floorTo(timeMs, bucketMs);
  }

  function settle(
    made: readonly RawDecisionFacts[],
    outcomes: readonly RawOutcomeFacts[],
    open: readonly string[],
    tells: (outcome: RawOutcomeFacts) => boolean,
  ): JudgedEvent[] {
    const byDecision = Map.groupBy(outcomes.filter(tells), ({ of }) => of);
    return made.map((one) => {
      const decidedWell = one.fallback === 'NONE' && one.outcome !== 'ERROR' && one.outcome !== 'UNDEFINED';
      if (!decidedWell) return judged(one, 'bad', floor(one.appendMs), bucketMs);
      if (!open.includes(one.applied))
        return judged(one, verdictOf(one.applied), floor(one.appendMs), bucketMs);
      const told = (byDecision.get(one.id) ?? [])
        .filter(({ appendMs }) => Math.abs(appendMs - one.appendMs) <= SETTLE_MINUTES * bucketMs)
        .toSorted((a, b) => a.appendMs - b.appendMs || a.offset - b.offset)[0];
      if (told === undefined)
        return judged(one, 'bad', floor(one.appendMs) + SETTLE_MINUTES * bucketMs, bucketMs);
      const settledMs = Math.max(one.appendMs, told.appendMs);
      return judged(one, verdictOf(told.applied), floor(settledMs), bucketMs);
    });
  }
}

function verdictOf(applied: string): Verdict {
  if (applied === 'APPLIED') return 'good';
  return applied === 'UNKNOWN' ? 'unknown' : 'bad';
}

function judged(one: RawDecisionFacts, verdict: Verdict, minuteMs: number, bucketMs: number): JudgedEvent {
  const decidedMs = Math.floor(one.decidedUs / 1000);
  return {
    tenant: one.tenant,
    service: one.service,
    minuteMs,
    decidedMinuteMs: floorTo(Math.min(decidedMs, one.appendMs), bucketMs),
    late: one.appendMs - decidedMs > LATE_MINUTES * bucketMs,
    good: verdict === 'good' ? 1 : 0,
    bad: verdict === 'bad' ? 1 : 0,
    unknown: verdict === 'unknown' ? 1 : 0,
  };
}

// A minute after a tally was appended: the requests counted, and those of them that somebody decided about. Observers
// of one kind that share an interval are credited with its requests in the order in which they told.
function cover(
  tallies: readonly RawTallyFacts[],
  decisions: readonly RawDecisionFacts[],
  bucketMs: number,
): JudgedEvent[] {
  const made = Map.groupBy(
    decisions.filter(
      ({ enforced, probe, outcome, requestId }) =>
        enforced === 1 && probe === 0 && outcome !== 'ERROR' && requestId !== '',
    ),
    ({ tenant, service }) => JSON.stringify([tenant, service]),
  );
  const intervals = Map.groupBy(tallies, (one) =>
    JSON.stringify([one.tenant, one.service, one.kind, one.startUs, one.endUs]),
  );
  return [...intervals.values()].flatMap((interval) => {
    const byMinute = Map.groupBy(interval, ({ appendMs }) => floorTo(appendMs, bucketMs) + bucketMs);
    let earlier = 0;
    return [...byMinute.keys()]
      .sort((a, b) => a - b)
      .flatMap((minuteMs): JudgedEvent[] => {
        const due = byMinute.get(minuteMs) ?? [];
        const [first] = due;
        if (first === undefined) return [];
        const { tenant, service, startUs, endUs } = first;
        const requests = new Set(
          (made.get(JSON.stringify([tenant, service])) ?? [])
            .filter(
              ({ decidedUs, appendMs }) =>
                decidedUs >= startUs && decidedUs < endUs && appendMs < minuteMs + bucketMs,
            )
            .map(({ requestId }) => requestId),
        ).size;
        const total = due.reduce((sum, { inScope }) => sum + inScope, 0);
        const good = Math.min(requests, earlier + total) - Math.min(requests, earlier);
        earlier += total;
        if (total === 0) return [];
        const late = minuteMs - Math.floor(endUs / 1000) > LATE_MINUTES * bucketMs;
        const decidedMinuteMs = floorTo(Math.min(Math.floor(startUs / 1000), minuteMs), bucketMs);
        return [{ tenant, service, minuteMs, decidedMinuteMs, late, good, bad: total - good, unknown: 0 }];
      });
  });
}

function floorTo(timeMs: number, bucketMs: number): number {
  return Math.floor(timeMs / bucketMs) * bucketMs;
}
