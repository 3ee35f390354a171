import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.ts';
import * as freshness from './freshness.ts';
import { hash } from './hash.ts';
import * as recorder from './recorder.ts';
import { redaction } from './redaction.ts';
import * as scale from './scale.ts';
import * as slo from './slo.ts';
import * as soak from './soak.ts';

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  recorder,
  freshness,
  scale,
  soak,
  hash,
  redaction,
  slo,
};

const USAGE = `npm run bench -- <benchmark> [--json] [options]

${Object.entries(BENCHMARKS)
  .map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  .join('\n')}

  --json     the last line of the output is one JSON object
  --help     the options of a benchmark`;

const [name = '', ...rest] = process.argv.slice(2);
const benchmark = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
if (benchmark === undefined) {
  console.log(USAGE);
  process.exit(name === '' || name === '--help' ? 0 : 2);
}
process.exit(await runBenchmark(benchmark, readOptions(benchmark, rest)));

interface Chosen {
  readonly json: boolean;
  readonly numbers: ReadonlyMap<string, number>;
}

/** Ends the process when the options cannot be used, or only help is asked for. */
function readOptions({ summary, options }: Benchmark, args: string[]): Chosen {
  const named = Object.fromEntries(
    Object.keys(options).map((option) => [option, { type: 'string' as const }]),
  );
  try {
    const { values } = parseArgs({
      args,
      options: {
        ...named,
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help === true) {
      console.log(`${name}: ${summary}\n`);
      for (const [option, { default: value, help }] of Object.entries(options))
        console.log(`  --${option.padEnd(12)} ${help} (${value})`);
      process.exit(0);
    }
    const numbers = Object.entries(options).map(([option, { default: value }]): [string, number] => {
      const given: unknown = Reflect.get(values, option);
      const number = given === undefined ? value : Number(given);
      if (!Number.isFinite(number) || number < 0) throw new Error(`--${option} wants a number`);
      return [option, number];
    });
    return { json: values.json === true, numbers: new Map(numbers) };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : 'The options cannot be read.'}\nSee --help.`);
    process.exit(2);
  }
}

/** Runs it, and on the first signal stops whatever it has started. Resolves with the exit code. */
async function runBenchmark({ run }: Benchmark, { json, numbers }: Chosen): Promise<number> {
  const resources = new AsyncDisposableStack();
  // Everything that is made goes into one directory, which is removed last: what is just being started when the run is
  // interrupted may make another one behind the back of the resources.
  const directory = mkdtempSync(join(tmpdir(), 'docket-bench-'));
  process.env.TMPDIR = directory;
  const interrupted = new Promise<null>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve(null));
  });
  const number = (option: string): number => {
    const value = numbers.get(option);
    if (value === undefined) throw new Error(`${name} declares no option --${option}`);
    return value;
  };
  try {
    const running = run({ number, say: (line) => console.log(line), resources });
    running.catch(() => {}); // what fails because it was stopped
    const figures = await Promise.race([running, interrupted]);
    if (figures === null) {
      console.error('Interrupted: stopping');
      return 130;
    }
    if (json) console.log(JSON.stringify(figures));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? (error.stack ?? error.message) : 'The benchmark failed.');
    return 1;
  } finally {
    await resources.disposeAsync();
    rmSync(directory, { recursive: true, force: true });
  }
}
