import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InputSeries } from '../../domain/slo/promtool-timeline.ts';

/** A question about a minute: `expr` is PromQL. Its answer is told under `name`. */
export interface Ask {
  readonly name: string;
  readonly expr: string;
  readonly minute: number;
}
export interface Answer {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
export interface PromtoolRun {
  /** Path of the rules to evaluate; none for the series alone. */
  readonly ruleFile: string | null;
  readonly series: readonly InputSeries[];
  /** Rules are evaluated every so many minutes from minute 0. Questions see what is before the last evaluation. */
  readonly evaluateEveryMinutes: number;
  readonly asks: readonly Ask[];
}

const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/**
 * Answers of promtool to questions about series, after it evaluated rules over them: by the name of the question, none
 * for those with an empty answer. promtool only compares, so nothing is expected, and what it got instead is read.
 * Throws where promtool is missing, or could not evaluate one.
 */
export async function runPromtool(run: PromtoolRun): Promise<ReadonlyMap<string, readonly Answer[]>> {
  const directory = await mkdtemp(join(tmpdir(), 'docket-quiet-'));
  try {
    const file = join(directory, 'test.yml');
    await writeFile(file, JSON.stringify(testFile(run)));
    return readAnswers(await promtool(['test', 'rules', file]));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function testFile({ ruleFile, series, evaluateEveryMinutes, asks }: PromtoolRun) {
  const promql_expr_test = asks.map(({ name, expr, minute }) => ({
    expr: `label_replace(${expr}, "ask", "${name}", "", "")`,
    eval_time: `${minute}m`,
    exp_samples: [],
  }));
  return {
    rule_files: ruleFile === null ? [] : [ruleFile],
    evaluation_interval: `${evaluateEveryMinutes}m`,
    tests: [{ interval: '1m', input_series: series, promql_expr_test }],
  };
}

const PROGRAM = 'promtool';

function promtool(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(PROGRAM, args, { maxBuffer: MAX_OUTPUT_BYTES }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.code === 'ENOENT') {
        reject(new Error('promtool is not installed (Debian: apt install prometheus)'));
      } else if (error.code === 1 && stdout.includes('FAILED')) resolve(stdout);
      else if (error.code === 1 && stderr.includes('got:')) resolve(stderr);
      else reject(new Error(`promtool failed: ${stderr.slice(0, 2000)}`));
    });
  });
}

function readAnswers(output: string): Map<string, Answer[]> {
  const refused = /expr: "[^\n]*, err: [^\n]*/.exec(output);
  if (refused !== null) throw new Error(`promtool could not evaluate ${refused[0].slice(0, 2000)}`);
  const answers = new Map<string, Answer[]>();
  for (const [, samples = ''] of output.matchAll(/^\s+got: (.*)$/gm)) {
    for (const [, text = '', value] of samples.matchAll(/\{([^}]*)\} (\S+?)(?:,|$)/g)) {
      const pairs = [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', label = '']) => [name, label]);
      const { ask, ...labels }: Record<string, string> = Object.fromEntries(pairs);
      if (ask === undefined) throw new Error(`promtool answered something else: ${samples.slice(0, 2000)}`);
      answers.set(ask, [...(answers.get(ask) ?? []), { labels, value: Number(value) }]);
    }
  }
  return answers;
}
