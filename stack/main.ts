import { resolve } from 'node:path';
import { readSlos } from '../deploy/prometheus/render-rules.ts';
import type { Slo } from '../domain/slo/definition.ts';
import { concludeRun, sumOf } from './conclude-run.ts';
import { readFleetStats, stopPlaying } from './fleet-control.ts';
import { startLiveTable } from './live-table.ts';
import { readAppended, readLag } from './log-offsets.ts';
import { readStackOptions, type StackOptions } from './options.ts';
import { type Figures, readFigures } from './read-figures.ts';
import { renderFigures } from './render-figures.ts';
import { type Stack, startStack } from './start-stack.ts';

const DRAIN_TIMEOUT_MS = 120_000;
const SLO_DIRECTORY = resolve(import.meta.dirname, '../config/slos');

const startedAt = performance.now();
const options = readStackOptions(process.argv.slice(2));
const interrupted = Promise.withResolvers<'interrupted'>();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => interrupted.resolve('interrupted'));

async function run(): Promise<number> {
  let stack: Stack;
  try {
    stack = await startStack(options, say);
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : 'Docket could not be started.'}`);
    return 1;
  }
  try {
    printWelcome(stack, options);
    return await play({ stack, slos: await readSlos(SLO_DIRECTORY) });
  } finally {
    say('Stopping');
    await stack.stop();
    say('Stopped; nothing is left running');
  }
}

interface View {
  readonly stack: Stack;
  readonly slos: readonly Slo[];
}

async function play(view: View): Promise<number> {
  const live = startLiveTable(() => describeNow(view), process.stdout);
  const over =
    options.playForSeconds === null ? new Promise<never>(() => {}) : sleep(options.playForSeconds * 1000);
  const broken = view.stack.broken.then((part) => {
    console.error(`\n${part} has ended by itself. Its log is in ${view.stack.logDirectory}.`);
    return 1;
  });
  const ended = await Promise.race([interrupted.promise.then(() => 0), broken, over]);
  live.stop();
  if (typeof ended === 'number') return ended;
  return Promise.race([settle(view), interrupted.promise.then(() => 130), broken]);
}

/** Lets everything sent arrive and every minute of it close, prints the final table, and says whether it adds up. */
async function settle(view: View): Promise<number> {
  say('Time is up: the fleet stops, what is under way arrives');
  const { log, clickhouse, baseline, services } = view.stack;
  const stats = await stopPlaying(services.fleet.url);
  const endedAtMs = Date.now();
  const deadline = endedAtMs + DRAIN_TIMEOUT_MS;
  let lag = await readLag(log, clickhouse);
  let figures = await figuresOf(view);
  while ((lag > 0 || figures.closedUntilMs < endedAtMs) && Date.now() < deadline) {
    await sleep(500);
    lag = await readLag(log, clickhouse);
    figures = await figuresOf(view);
  }
  const appended = await readAppended(log, baseline);
  const conclusion = concludeRun({ acknowledged: stats.sent, appended, figures, lag });
  console.log(`\n${renderFigures(figures, conclusion.sent).join('\n')}\n`);
  for (const problem of conclusion.problems) console.error(problem);
  console.log(conclusion.sum);
  return conclusion.addsUp ? 0 : 1;
}

function figuresOf({ stack, slos }: View): Promise<Figures> {
  return readFigures(stack.clickhouse, stack.baseline, slos, options.timescale);
}

/** The live table: counts, SLIs, drift and false positives as of now. */
async function describeNow(view: View): Promise<string[]> {
  try {
    const { log, clickhouse, baseline, services } = view.stack;
    const [figures, stats, lag, appended] = await Promise.all([
      figuresOf(view),
      readFleetStats(services.fleet.url),
      readLag(log, clickhouse),
      readAppended(log, baseline),
    ]);
    const head = `scenario ${stats?.scenario ?? 'unknown'} · lag ${lag} records · up ${elapsed()}`;
    return [head, ...renderFigures(figures, sumOf(appended))];
  } catch {
    return ['the stores do not answer; waiting for them'];
  }
}

function printWelcome(stack: Stack, { timescale }: StackOptions): void {
  const acme = stack.secrets.tenants[0];
  const lines = [
    '',
    `Docket is up after ${elapsed()}.`,
    '',
    `  overview    ${stack.services.auditor.url}/login?token=${acme?.tokens.auditor}`,
    `  audit API   ${stack.services.auditor.url}/v1/decisions`,
    `     token    ${acme?.tokens.auditor}`,
    `  gateway     ${stack.services.gateway.url}`,
    `     token    ${acme?.tokens.enforcer}`,
    `  metrics     ${stack.services.evaluator.url}/metrics`,
    ...(stack.watchers.prometheusUrl === null
      ? []
      : [`  prometheus  ${stack.watchers.prometheusUrl}/alerts`]),
    ...(stack.watchers.alertmanagerUrl === null ? [] : [`  alerts      ${stack.watchers.alertmanagerUrl}`]),
    `  kafka       ${stack.brokers}`,
    `  logs        ${stack.logDirectory}`,
    '',
    timescale === 1
      ? 'Minutes are minutes.'
      : `Time runs ${timescale}×: a "minute" lasts ${60 / timescale} s, the one-hour window ${60 / timescale} minutes.`,
    'Another scenario: npx docket fleet scenario overblocking (or engine-outage, silent-bypass, …)',
    'Ctrl-C stops everything.',
    '',
  ];
  console.log(lines.join('\n'));
}

function say(line: string): void {
  console.log(`[${elapsed()}] ${line}`);
}

function elapsed(): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

process.exitCode = await run();
process.exit();
