import type { Figures } from './read-figures.ts';

export interface RunEnd {
  /** What the fleet was told is durable, by topic. */
  readonly acknowledged: Readonly<Record<string, number>>;
  /** What Kafka holds of this run, by topic; other senders' events are in it. */
  readonly appended: ReadonlyMap<string, number>;
  readonly figures: Pick<Figures, 'recorded' | 'quarantined' | 'duplicates' | 'lost'>;
  /** Records that were not recorded in time. */
  readonly lag: number;
}

export interface Conclusion {
  readonly sent: number;
  /** `sent … = recorded … + quarantined … + duplicates …`, or ≠. */
  readonly sum: string;
  readonly problems: readonly string[];
  readonly addsUp: boolean;
}

/** Whether everything that Kafka holds of a run ended in exactly one place, and Kafka holds all it acknowledged. */
export function concludeRun({ acknowledged, appended, figures, lag }: RunEnd): Conclusion {
  const sent = sumOf(appended);
  const arrived = figures.recorded + figures.quarantined + figures.duplicates;
  const problems = Object.entries(acknowledged)
    .filter(([topic, count]) => count > (appended.get(topic) ?? 0))
    .map(
      ([topic, count]) =>
        `${topic}: ${count} were acknowledged, but Kafka holds ${appended.get(topic) ?? 0}.`,
    );
  if (lag > 0) problems.push(`${lag} records were not recorded in time.`);
  if (figures.lost > 0) problems.push(`${figures.lost} offsets are lost.`);
  const parts = `recorded ${figures.recorded} + quarantined ${figures.quarantined} + duplicates ${figures.duplicates}`;
  return {
    sent,
    sum: `sent ${sent} ${sent === arrived ? '=' : '≠'} ${parts}`,
    problems,
    addsUp: sent === arrived && problems.length === 0,
  };
}

/** All records, over all topics. */
export function sumOf(byTopic: ReadonlyMap<string, number>): number {
  return [...byTopic.values()].reduce((total, count) => total + count, 0);
}
