import { readOptions } from '../support/read-options.ts';
import { FAILURES } from './failures.ts';
import { renderDrill, summariseDrill } from './render-drill.ts';
import { isPassed, runDrill } from './run-drill.ts';

const HELP = `npm run drill -- [options]

Starts everything, Prometheus and Alertmanager included, with time scaled and the rules and routes of deploy; lets the
fleet act out ten failures one after the other; and listens at the webhooks: the alert that must come (severity, group,
runbook, link that leads to decisions), what must not come, how long it takes, and that it ends when its cause is gone.
Exit code 1 if anything is missed, wrong, unexpected or never over; 2 for options that cannot be used.

  --only LIST     some failures, such as F1,F4 (default: all ten)
  --seed N        the same seed makes the same decisions (default 1)
  --timescale N   how many times faster than life; divides 60000 (default 20)
  --rate N        decisions per second (default 100)
  --json          the last line is one JSON object
  --help          this text
`;

const values = readOptions(HELP, {
  only: { type: 'string', default: FAILURES.map(({ id }) => id).join(',') },
  seed: { type: 'string', default: '1' },
  timescale: { type: 'string', default: '20' },
  rate: { type: 'string', default: '100' },
  json: { type: 'boolean', default: false },
});
const wanted = values.only.split(',').map((id) => id.trim().toUpperCase());
const failures = FAILURES.filter(({ id }) => wanted.includes(id));
const unknown = wanted.filter((id) => !FAILURES.some((failure) => failure.id === id));
if (unknown.length > 0)
  refuse(`--only ${unknown.join(',')}: give some of ${FAILURES.map(({ id }) => id).join(',')}`);
const timescale = wholeNumber('timescale', values.timescale, 1);
if (60_000 % timescale !== 0) refuse(`--timescale ${timescale}: give a number that divides 60000`);
const seed = wholeNumber('seed', values.seed, 0);
const rate = wholeNumber('rate', values.rate, 1);

const startedMs = performance.now();
const progress = (line: string) =>
  console.log(`[${((performance.now() - startedMs) / 1000).toFixed(1).padStart(6)} s] ${line}`);
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());
try {
  const options = { failures, seed, timescale, rate, quietMinutes: 6, mayTell: [], progress };
  const result = await runDrill({ ...options, signal: interrupted.signal });
  console.log(`\n${renderDrill(result)}\n`);
  if (values.json) console.log(JSON.stringify(summariseDrill(result)));
  process.exitCode = isPassed(result) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : 'the drill failed');
  process.exitCode = interrupted.signal.aborted ? 130 : 1;
}
process.exit();

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least && text.trim() !== '') return value;
  return refuse(`--${name} ${text}: give a whole number from ${least} on`);
}

function refuse(problem: string): never {
  console.error(`${problem}\n\n${HELP}`);
  process.exit(2);
}
