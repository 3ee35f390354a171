import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { FULL_DECK } from './plan-disturbances.ts';
import { renderSummary } from './render-summary.ts';
import { isClean, runChaos } from './run-chaos.ts';
import { renderSloSummary } from './slo/render-slo-summary.ts';
import { isSloClean, runSloChaos } from './slo/run-slo-chaos.ts';

const HELP = `npm run chaos -- [options]

Runs a broker, an engine, two recorders and the evaluator as real processes under load, disturbs them from a seeded
plan until there were enough kills, and compares what was sent, appended, recorded, rolled up and sealed.
Exit code 1 if anything was lost, doubled, miscounted or misjudged, 2 for options that cannot be used.

  --kills N      stop after N kills: processes killed or stopped, or connections cut (default 1000)
  --seed N       the plan's seed; the same seed gives the same plan (default 1)
  --minutes M    stop after M minutes even if there were fewer kills (default 60)
  --rate N       events per second (default 600)
  --slo          instead: one outage of ClickHouse and a restart of everything, with two evaluators, and every count
                 that they ever showed against the raw rows; takes two minutes
  --outage N     of --slo: scaled minutes that ClickHouse is away (default 10)
  --json         the last line is one JSON object
  --out FILE     write a summary in Markdown, such as docs/results/chaos-<date>.md
  --sabotage K   only to see the comparison fail: replay the first inserts, or swallow them
  --keep         keep stores and logs even if nothing is wrong
  --help         this text
`;

/** Rows are judged one by one, in this process. */
const MAX_JUDGED_PER_SECOND = 300;

const { values } = readArguments();
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const options = {
  seed: wholeNumber('seed', values.seed, 0),
  kills: wholeNumber('kills', values.kills, 1),
  minutes: wholeNumber('minutes', values.minutes, 1),
  eventsPerSecond: wholeNumber('rate', values.rate, 1),
};
const { sabotage } = values;
if (values.slo) {
  const slo = await runSloChaos({
    seed: options.seed,
    eventsPerSecond: Math.min(options.eventsPerSecond, MAX_JUDGED_PER_SECOND),
    outageMinutes: wholeNumber('outage', values.outage, 1),
    sabotage: sabotage !== undefined,
    progress: (line) => console.log(line),
  });
  const told = renderSloSummary(slo, { date: new Date(), commit: readCommit() });
  if (values.out !== undefined) writeOut(values.out, told);
  console.log(told);
  if (values.json) console.log(JSON.stringify(slo));
  process.exit(isSloClean(slo) ? 0 : 1);
}
if (sabotage !== undefined && sabotage !== 'replay' && sabotage !== 'swallow') {
  refuse(`--sabotage ${sabotage}: give replay or swallow`);
}
console.log(`seed ${options.seed}, ${options.kills} kills, ${options.eventsPerSecond} events/s`);
const result = await runChaos({
  ...options,
  deck: FULL_DECK,
  sabotage: sabotage ?? null,
  keepData: values.keep,
  progress: (line) => console.log(line),
});
const summary = renderSummary(result, { date: new Date(), commit: readCommit() });
if (values.out !== undefined) writeOut(values.out, summary);
console.log(summary);
if (values.json) console.log(JSON.stringify(result));
process.exitCode = isClean(result) ? 0 : 1;

function readArguments() {
  try {
    return parseArgs({
      options: {
        kills: { type: 'string', default: '1000' },
        seed: { type: 'string', default: '1' },
        minutes: { type: 'string', default: '60' },
        rate: { type: 'string', default: '600' },
        slo: { type: 'boolean', default: false },
        outage: { type: 'string', default: '10' },
        json: { type: 'boolean', default: false },
        out: { type: 'string' },
        sabotage: { type: 'string' },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : 'options that cannot be used');
  }
}

function writeOut(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least && text.trim() !== '') return value;
  return refuse(`--${name} ${text}: give a whole number from ${least} on`);
}

function refuse(problem: string): never {
  console.error(`${problem}\n\n${HELP}`);
  process.exit(2);
}

function readCommit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
