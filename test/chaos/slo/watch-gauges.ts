import { setTimeout as sleep } from 'node:timers/promises';
import { gaugeValuesIn } from '../../support/recompute/compare-gauges.ts';
import type { GaugeValues } from '../../support/recompute/recompute-gauges.ts';
import type { Evaluator } from '../chaos-stack.ts';

/** What an evaluator showed when it was asked. */
interface Snapshot {
  readonly evaluator: string;
  /** End of the last closed minute, Unix milliseconds. */
  readonly endMs: number;
  readonly values: GaugeValues;
}

export interface GaugeWatch {
  readonly snapshots: readonly Snapshot[];
  /** How often an evaluator went back to an earlier minute than it, or the one before its restart, had shown. */
  wentBack(): number;
  /** How often one said that it was blind. */
  blind(): number;
  /** Stops looking, after one more look at every evaluator. */
  stop(): Promise<void>;
}

const EVERY_MS = 500;
const TIMEOUT_MS = 5_000;

/** Asks every evaluator for its metrics again and again, and keeps what is new. */
export function watchGauges(evaluators: readonly Evaluator[]): GaugeWatch {
  const snapshots: Snapshot[] = [];
  const newest = new Map<string, number>();
  let running = true;
  let wentBack = 0;
  let blind = 0;
  const look = async ({ process: { name }, metricsUrl }: Evaluator) => {
    const response = await fetch(metricsUrl, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await response.text();
    if (/^docket_blind 1$/m.test(text)) blind++;
    const seconds = /^docket_watermark_timestamp_seconds (\S+)$/m.exec(text)?.[1];
    if (seconds === undefined) return;
    const endMs = Math.round(Number(seconds) * 1000);
    const before = newest.get(name) ?? 0;
    if (endMs < before) wentBack++;
    if (endMs <= before) return;
    newest.set(name, endMs);
    snapshots.push({ evaluator: name, endMs, values: gaugeValuesIn(text) });
  };
  // One that is down answers nothing, which is no snapshot.
  const lookAtAll = () => Promise.all(evaluators.map((one) => look(one).catch(() => {})));
  const loop = async () => {
    for (; running; await sleep(EVERY_MS)) await lookAtAll();
  };
  const finished = loop();
  return {
    snapshots,
    wentBack: () => wentBack,
    blind: () => blind,
    stop: async () => {
      running = false;
      await finished;
      await lookAtAll();
    },
  };
}
