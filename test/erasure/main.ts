import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readOptions } from '../support/read-options.ts';
import { renderErasure } from './render-erasure.ts';
import { isClean, runErasure } from './run-erasure.ts';

const HELP = `npm run erasure -- [options]

Records decisions about people in a running system, erases some of them by the command line, and tries to get them
back: through the vault, with every key in every file and backup, from every byte on the disk, and by a replay of the
topics as they were before. Roots and proofs must stay what they were.
Exit code 1 if anything of the erased can be read, anything of the others cannot, or a proof fails; 2 for options that
cannot be used.

  --subjects N  how many people (default 1000)
  --erase N     how many of them are erased (default 10)
  --seed N      the same seed makes the same people (default 1)
  --json        the last line is one JSON object
  --out FILE    write a summary in Markdown
  --help        this text
`;

const values = readOptions(HELP, {
  subjects: { type: 'string', default: '1000' },
  erase: { type: 'string', default: '10' },
  seed: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  out: { type: 'string' },
});
const subjects = wholeNumber('subjects', values.subjects, 2);
const erase = wholeNumber('erase', values.erase, 1);
const seed = wholeNumber('seed', values.seed, 0);
if (erase >= subjects) refuse(`--erase ${erase}: give less than --subjects`);
const progress = (line: string) => console.log(line);
const result = await runErasure({ subjects, erase, decisionsEach: 2, seed, progress });
const summary = renderErasure(result, { date: new Date(), commit: readCommit(), seed });
if (values.out !== undefined) {
  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(values.out, summary);
}
console.log(summary);
if (values.json) console.log(JSON.stringify({ clean: isClean(result), ...result, seed }));
process.exitCode = isClean(result) ? 0 : 1;

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
