import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLogBounds } from '../../../platform/kafka/log-bounds.ts';
import { loadSlos } from '../../../services/evaluator/drivers/load-slos.ts';
import { readLag } from '../../../stack/log-offsets.ts';
import { createRandom } from '../../support/random.ts';
import { compareGauges } from '../../support/recompute/compare-gauges.ts';
import { prepareRecomputation } from '../../support/recompute/recompute-gauges.ts';
import { readExampleText } from '../../support/slo-example.ts';
import { until } from '../../support/until.ts';
import { type ChaosStack, startChaosStack } from '../chaos-stack.ts';
import { readClosedUntil } from '../compare/compare-rollups.ts';
import { createJournal } from '../journal.ts';
import { startLoad } from '../start-load.ts';
import { type GaugeWatch, watchGauges } from './watch-gauges.ts';

export interface SloChaosOptions {
  readonly seed: number;
  readonly eventsPerSecond: number;
  /** Scaled minutes that ClickHouse is down. */
  readonly outageMinutes: number;
  /** Only to see the comparison fail: one row of slo_minutes is doubled under another minute. */
  readonly sabotage: boolean;
  readonly progress: (line: string) => void;
}

export interface SloChaosResult {
  readonly mismatches: number;
  /** Times that an evaluator showed something new, each compared as a whole, and at how many ends of minutes. */
  readonly snapshots: number;
  readonly minutes: number;
  /** Values compared over all snapshots, and those of them that were not 0. */
  readonly values: number;
  readonly non_zero: number;
  readonly events: number;
  readonly late: number;
  readonly went_back: number;
  readonly blind_looks: number;
  readonly restarts: number;
  readonly outage_minutes: number;
  readonly timescale: number;
  readonly seed: number;
  readonly duration_s: number;
  readonly failure: string | null;
}

/** Seconds before, between and after what is done to the stack. */
const CALM_MS = 12_000;
const BETWEEN_MS = 3_000;
const SETTLE_TIMEOUT_MS = 200_000;
const DAY_MINUTES = 1440;
const EXAMPLES = 5;

/** Whether every exported figure was that of the raw rows, whatever was done meanwhile. */
export function isSloClean(result: SloChaosResult): boolean {
  return result.mismatches + result.went_back === 0 && result.failure === null && result.snapshots > 0;
}

/**
 * Load with late events, an outage of ClickHouse, and restarts of every process; then every value that any of the two
 * evaluators ever showed against what the raw rows say of the end of that minute.
 */
export async function runSloChaos(options: SloChaosOptions): Promise<SloChaosResult> {
  const startedMs = performance.now();
  const journal = createJournal();
  const sloDirectory = mkdtempSync(join(tmpdir(), 'docket-chaos-slos-'));
  cpSync(join(import.meta.dirname, '../../../config/slos'), sloDirectory, { recursive: true });
  writeFileSync(join(sloDirectory, 'examples.yaml'), readExampleText());
  const stack = await startChaosStack(journal.write, { evaluators: 2, sloDirectory });
  const watch = watchGauges(stack.evaluators);
  const tell = (line: string) => {
    journal.write(line);
    options.progress(`${((performance.now() - startedMs) / 1000).toFixed(0)} s: ${line}`);
  };
  try {
    const done = await disturb(stack, watch, options, tell);
    const compared = await compareAll(stack, watch, sloDirectory, options);
    for (const line of compared.examples) options.progress(line);
    return {
      ...compared.figures,
      went_back: watch.wentBack(),
      blind_looks: watch.blind(),
      restarts: done.restarts,
      outage_minutes: options.outageMinutes,
      timescale: 60_000 / stack.minuteMs,
      seed: options.seed,
      duration_s: Math.round((performance.now() - startedMs) / 1000),
      failure: done.failure,
    };
  } finally {
    await stack.stop(false);
    rmSync(sloDirectory, { recursive: true, force: true });
  }
}

async function disturb(
  stack: ChaosStack,
  watch: GaugeWatch,
  options: SloChaosOptions,
  tell: (line: string) => void,
): Promise<{ readonly restarts: number; readonly failure: string | null }> {
  const log = await openLogBounds({ brokers: [stack.brokers], clientId: 'docket-slo-chaos' });
  const load = startLoad({
    brokers: stack.brokers,
    random: createRandom(options.seed),
    eventsPerSecond: options.eventsPerSecond,
    journal: () => {},
    variety: { dayUs: DAY_MINUTES * stack.minuteMs * 1000 },
  });
  let restarts = 0;
  try {
    tell('load, with events a day late and a day ahead');
    await sleep(CALM_MS);
    tell(`ClickHouse is killed, and away for ${options.outageMinutes} minutes`);
    await stack.engine.end('SIGKILL');
    await sleep(options.outageMinutes * stack.minuteMs);
    await stack.engine.start();
    await sleep(CALM_MS);
    const evaluators = stack.evaluators.map(({ process }) => process);
    for (const part of [
      ...evaluators,
      ...stack.recorders,
      stack.vault,
      stack.broker,
      stack.engine,
      ...evaluators,
    ]) {
      tell(`${part.name} is killed and started again`);
      await part.end('SIGKILL');
      await part.start();
      restarts++;
      await sleep(BETWEEN_MS);
    }
    await sleep(CALM_MS);
    tell('the load ends');
    await load.stop();
    const recorded = async () => (await readLag(log, stack.clickhouse).catch(() => -1)) === 0;
    await until('everything is recorded', recorded, SETTLE_TIMEOUT_MS);
    const quietSince = Date.now();
    const closed = async () => (await readClosedUntil(stack.clickhouse)) > quietSince;
    await until('every minute of the load is closed', closed, SETTLE_TIMEOUT_MS);
    return { restarts, failure: null };
  } catch (error) {
    return { restarts, failure: error instanceof Error ? error.message : 'failed' };
  } finally {
    await load.stop();
    await watch.stop();
    await log.close();
  }
}

async function compareAll(
  stack: ChaosStack,
  { snapshots }: GaugeWatch,
  sloDirectory: string,
  { sabotage }: SloChaosOptions,
) {
  const slos = await loadSlos(sloDirectory);
  const untilMs = Math.max(0, ...snapshots.map(({ endMs }) => endMs));
  if (sabotage) {
    const which = 'ORDER BY append_time, offset LIMIT 1';
    await stack.clickhouse.command(
      `INSERT INTO decisions SELECT * REPLACE (offset + 1000000000 AS offset) FROM decisions WHERE mode = 'ENFORCE' ${which}`,
    );
  }
  const recompute = await prepareRecomputation(stack.clickhouse, slos, untilMs, stack.minuteMs);
  const figures = { mismatches: 0, snapshots: snapshots.length, values: 0, non_zero: 0 };
  const examples: string[] = [];
  const byGauge = new Map<string, number>();
  for (const { evaluator, endMs, values } of snapshots) {
    const { series, nonZero, mismatches } = compareGauges(values, recompute(endMs).values);
    figures.mismatches += mismatches.length;
    figures.values += series;
    figures.non_zero += nonZero;
    for (const line of mismatches) {
      const gauge = line.slice(0, line.indexOf('{'));
      byGauge.set(gauge, (byGauge.get(gauge) ?? 0) + 1);
    }
    const room = EXAMPLES - examples.length;
    const at = `${evaluator} at ${new Date(endMs).toISOString()}`;
    examples.push(...mismatches.slice(0, Math.max(0, room)).map((line) => `${at}: ${line}`));
  }
  for (const [gauge, count] of byGauge) examples.push(`${count} mismatches of ${gauge}`);
  const { events, late } = recompute(untilMs);
  const minutes = new Set(snapshots.map(({ endMs }) => endMs)).size;
  return { figures: { ...figures, minutes, events, late }, examples };
}
