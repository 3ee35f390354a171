import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readOptions } from '../support/read-options.ts';
import { loadRules } from './load-rules.ts';
import { renderQuiet } from './render-quiet.ts';
import { runWeek } from './run-week.ts';
import { SERVICES, SPREAD } from './simulate-day.ts';
import { summariseWeeks } from './summarise-weeks.ts';
import { WeekLedger } from './week-ledger.ts';

const HELP = `npm run quiet -- [options]

Simulates weeks of a tenant that fails at half the rate its objectives allow, lets promtool evaluate the generated
rules over every minute, and counts whom they would wake. A finished week is kept in a file and not run again.
Exit code 1 if anything pages; 2 for options that cannot be used.

  --weeks N       how many weeks in all, those in the file included (default 30)
  --seed N        the same seed makes the same weeks (default 1)
  --error-rate X  how much fails, as so many times what is allowed (default 0.5); at 5 it must page
  --resume FILE   where finished weeks are kept (default: a file of these options and rules under the temporary folder)
  --json          the last line is one JSON object
  --out FILE      write a summary in Markdown
  --help          this text
`;

const values = readOptions(HELP, {
  weeks: { type: 'string', default: '30' },
  seed: { type: 'string', default: '1' },
  'error-rate': { type: 'string', default: '0.5' },
  resume: { type: 'string' },
  json: { type: 'boolean', default: false },
  out: { type: 'string' },
});
const weeks = wholeNumber('weeks', values.weeks);
const seed = wholeNumber('seed', values.seed);
const errorRate = Number(values['error-rate']);
if (!(errorRate > 0 && Number.isFinite(errorRate))) {
  refuse(`--error-rate ${values['error-rate']}: give a number above 0`);
}
const { rules, slos, leftOut } = await loadRules();
for (const name of leftOut) console.log(`${name} is not simulated: its budget is one of slices`);
const run = digest({ seed, errorRate, slos, groups: rules.groups, SERVICES, SPREAD });
const file = values.resume ?? join(tmpdir(), `docket-quiet-${run}.jsonl`);
const ledger = new WeekLedger(file, run);
console.log(`finished weeks are kept in ${file}`);
try {
  const kept = ledger.read();
  for (let week = 1; week <= weeks; week++) {
    if (kept.has(week)) continue;
    const startedMs = performance.now();
    const result = await runWeek({ slos, seed, timesBudget: errorRate }, rules, week);
    const seconds = Number(((performance.now() - startedMs) / 1000).toFixed(1));
    ledger.append(result, seconds);
    console.log(`week ${week}: ${result.pages} pages, ${result.tickets} tickets, ${seconds} s`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}
const counted = [...ledger.read().values()].filter(({ week }) => week <= weeks);
const summary = summariseWeeks(counted, { seed, errorRate, leftOut });
if (values.out !== undefined) {
  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(values.out, renderQuiet(summary, { date: new Date(), commit: readCommit() }));
}
for (const [name, count] of Object.entries(summary.alerts)) console.log(`${count} × ${name}`);
console.log(
  `${summary.pages} pages and ${summary.tickets} tickets in ${summary.weeks} weeks: with 95 % confidence at most ${summary.pages_per_week_upper_95} pages a week`,
);
if (values.json) console.log(JSON.stringify(summary));
process.exitCode = summary.pages === 0 ? 0 : 1;

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  return refuse(`--${name} ${text}: give a whole number above 0`);
}

function refuse(problem: string): never {
  console.error(`${problem}\n\n${HELP}`);
  process.exit(2);
}

function digest(settings: unknown): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 12);
}

function readCommit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
