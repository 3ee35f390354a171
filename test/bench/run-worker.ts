import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

/** A script of the benchmarks in a process of its own, whose CPU can be told from ours. */
export interface BenchWorker {
  readonly pid: number;
  /** How much it reported last. */
  readonly count: () => number;
  stop(): Promise<void>;
}

/**
 * Runs `test/bench/<script>` with its options as JSON. It reports a running count, and ends when we do: its channel to
 * us closes then. Throws an Error when it ends before its first report.
 */
export async function startWorker(
  resources: AsyncDisposableStack,
  script: string,
  options: object,
): Promise<BenchWorker> {
  const child = fork(join(import.meta.dirname, script), [JSON.stringify(options)], { execArgv: [] });
  resources.defer(() => stopWorker(child));
  let count = 0;
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (message) => {
      count = Number(message);
      resolve();
    });
    child.once('exit', () => reject(new Error(`${script} ended before it began`)));
  });
  await ready;
  return { pid: child.pid ?? 0, count: () => count, stop: () => stopWorker(child) };
}

/** For the script itself: its options, a way to report, and the promise to end with its parent. */
export function joinParent<Options>(): { readonly options: Options; report(count: number): void } {
  process.once('disconnect', () => process.exit(0));
  const options: Options = JSON.parse(process.argv[2] ?? '{}');
  return { options, report: (count) => void process.send?.(count) };
}

async function stopWorker(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}
