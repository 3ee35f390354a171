import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readOptions } from '../support/read-options.ts';
import { describeTrouble, renderCanaries, summarise } from './render-canaries.ts';
import { isClean, isSearched, runCanaries } from './run-canaries.ts';

const HELP = `npm run canaries -- [options]

Plants invented personal data and secrets in every field of every schema, by every road, through a running system
whose parts are killed meanwhile; then looks for them in every file, table, topic, log, metric and answer.
Exit code 1 if one is found outside the raw input topics, if one did not arrive, if a kind of place had nothing to
search, or if the search does not find a canary put into the store on purpose; 2 for options that cannot be used.

  --count N    how many canaries (default 10000)
  --seed N     the same seed plants the same canaries (default 1)
  --json       the last line is one JSON object
  --out FILE   write a summary in Markdown
  --keep       keep the files of the system that was searched
  --help       this text
`;

const values = readOptions(HELP, {
  count: { type: 'string', default: '10000' },
  seed: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  out: { type: 'string' },
  keep: { type: 'boolean', default: false },
});
const count = wholeNumber('count', values.count, 1);
const seed = wholeNumber('seed', values.seed, 0);
const result = await runCanaries({
  count,
  seed,
  keepData: values.keep,
  progress: (line) => console.log(line),
});
const summary = renderCanaries(result, { date: new Date(), commit: readCommit(), seed });
if (values.out !== undefined) {
  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(values.out, summary);
}
console.log(summary);
for (const line of describeTrouble(result, 60)) console.log(line);
if (!isSearched(result)) console.log('a kind of place had nothing to search');
if (result.dataDir !== null) console.log(`the files are kept in ${result.dataDir}`);
if (values.json) console.log(JSON.stringify(summarise(result, seed)));
process.exitCode = isClean(result) ? 0 : 1;

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least && text.trim() !== '') return value;
  console.error(`--${name} ${text}: give a whole number from ${least} on\n\n${HELP}`);
  process.exit(2);
}

function readCommit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
