import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { INPUTS, type Input } from '../../domain/contract/inputs.ts';
import type { RecordingRules } from '../../domain/recording/recording-rules.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { type Comparison, fuzzRules } from '../support/fuzz/compare-recorders.ts';
import { loadAgedSchemas } from '../support/fuzz/old-schemas.ts';
import { type MutationSums, runMutations } from '../support/fuzz/run-mutations.ts';
import { runOracle } from '../support/fuzz/run-oracle.ts';
import { readOptions } from '../support/read-options.ts';

const USAGE = `npm run fuzz -- [options]    the recorder's columns against the plain form, then mutated records

  --records N    mutated records; a tenth as many, 100,000 at least, are compared (1000000)
  --seed N       the same seed makes the same records (1)
  --json         the last line of the output is one JSON object
  --out FILE     also keeps the figures there

Ends with the bytes of a record that shows what is wrong, if anything is.`;
const ORACLE_SHARE = 0.1;
const LEAST_ORACLE_RECORDS = 100_000;
const PROGRESS_MS = 10_000;
const AGED = ['decision', 'request-tally'];

const options = readOptions(USAGE, {
  records: { type: 'string', default: '1000000' },
  seed: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  out: { type: 'string' },
});
const records = wholeNumber('records', options.records);
const seed = wholeNumber('seed', options.seed);
const started = performance.now();
let lastProgress = started;

console.log(`seed ${seed}; npm run fuzz -- --records ${records} --seed ${seed} makes the same records`);
const compared = await compareAll(
  Math.min(records, Math.max(LEAST_ORACLE_RECORDS, Math.round(records * ORACLE_SHARE))),
);
const mutated = await runMutations({
  rules: fuzzRules(loadReleasedSchemas()),
  seed,
  records,
  onProgress: (sums) => progress(`${sums.records} of ${records} mutated records`),
});
report();

async function compareAll(count: number): Promise<Map<string, Comparison>> {
  const runs: { name: string; input: Input; rules: RecordingRules }[] = [
    ...runsOf('', fuzzRules(loadReleasedSchemas()), INPUTS),
    ...runsOf(
      ' in old schemas',
      fuzzRules(loadAgedSchemas()),
      INPUTS.filter(({ subject }) => AGED.includes(subject)),
    ),
  ];
  const all = new Map<string, Comparison>();
  for (const [index, { name, input, rules }] of runs.entries()) {
    const share = Math.ceil(count / runs.length);
    const onProgress = (sums: Comparison) => progress(`${name}: ${sums.records} of ${share} compared`);
    all.set(
      name,
      await runOracle({ input, rules, seed: seed + index, records: share, floods: 2, onProgress }),
    );
  }
  return all;
}

function runsOf(suffix: string, rules: RecordingRules, inputs: readonly Input[]) {
  return inputs.map((input) => ({ name: `${input.subject}${suffix}`, input, rules }));
}

function progress(text: string): void {
  if (performance.now() - lastProgress < PROGRESS_MS) return;
  lastProgress = performance.now();
  console.log(`${Math.round((performance.now() - started) / 1000)} s: ${text}`);
}

function report(): void {
  const perRecord = [...compared].map(([name, sums]) => [
    name,
    {
      records: sums.records,
      'columns µs': round(sums.columnsUs / sums.records),
      'plain µs': round(sums.plainUs / sums.records),
      recorded: sums.outcomes.get('recorded') ?? 0,
      copies: (sums.outcomes.get('SAME') ?? 0) + (sums.outcomes.get('CONFLICT') ?? 0),
    },
  ]);
  console.log('columns and the plain form agree on every row; CPU per record');
  console.table(Object.fromEntries(perRecord));
  console.log('mutated records, by what became of them');
  console.table(outcomesOf(mutated));
  console.log(`slowest mutated record: ${mutated.slowest.us} µs: ${mutated.slowest.hex.slice(0, 400)}`);
  const summary = summarise();
  if (options.out !== undefined) {
    mkdirSync(dirname(options.out), { recursive: true });
    writeFileSync(options.out, `${JSON.stringify(summary, null, 2)}\n`);
  }
  if (options.json) console.log(JSON.stringify(summary));
}

function summarise(): object {
  const sums = [...compared.values()];
  const total = (of: (sum: Comparison) => number) => sums.reduce((sum, each) => sum + of(each), 0);
  const comparedRecords = total((sum) => sum.records);
  return {
    seed,
    date: new Date().toISOString(),
    commit: execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim(),
    seconds: Math.round((performance.now() - started) / 1000),
    compared: comparedRecords,
    differences: 0,
    columns_us_per_record: round(total((sum) => sum.columnsUs) / comparedRecords),
    plain_us_per_record: round(total((sum) => sum.plainUs) / comparedRecords),
    mutated: mutated.records,
    lost: 0,
    mutated_us_per_record: round(mutated.cpuUs / mutated.records),
    slowest_record_us: mutated.slowest.us,
    outcomes: outcomesOf(mutated),
  };
}

function outcomesOf({ recorded, copies, refused }: MutationSums): Record<string, number> {
  return { recorded, copies, ...Object.fromEntries([...refused].sort(([, a], [, b]) => b - a)) };
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`--${name} must be a whole number above 0; it is ${JSON.stringify(text)}`);
  process.exit(2);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
