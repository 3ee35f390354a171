import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';
import { archiveClasses } from '../../stack/kafka/archive-classes.ts';
import { memoryDirectory } from './memory-directory.ts';
import { makeMigratedStore } from './migrated-store.ts';
import { longestFirst } from './order-tests.ts';

/**
 * `npm test [-- [--test-name-pattern=PATTERN] files]`: every test, or those of some files. Fails when not a single test
 * ran, which `node --test` alone takes for success. Ends with the slowest files.
 */
const ALL = '{domain,platform,services,sdk,cli,stack,schemas,dashboards,deploy,test}/**/*.test.ts';
const SLOWEST_SHOWN = 8;
/** On two cores: whoever starts a broker or waits for a window leaves a core to somebody else. */
const CONCURRENCY = 3;
/** With scaled time and the whole system in it: beside others it would fall behind, and say so. */
const ALONE: readonly string[] = ['test/e2e/drill.test.ts'];
/** Pure code, without a store. What the drill leaves of two cores is enough for these, one at a time, and only when it does not want them itself. */
const LIGHT = /^(?:domain|sdk)\//;
const LOWER_PRIORITY = `--import=${new URL('./lower-priority.ts', import.meta.url)}`;
/** Ends what hangs, such as a file whose failed test left a service running. */
const FILE_TIMEOUT_MS = 900_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'test-name-pattern': { type: 'string', multiple: true, default: [] } },
});
const root = process.cwd();
process.env.TMPDIR ??= memoryDirectory();
const files = longestFirst(globSync(positionals.length === 0 ? ALL : positionals));
const directory = mkdtempSync(join(tmpdir(), 'docket-tests-'));
// Tests start many short-lived processes, for which starting is most of the work: no second compiler for Kafka's
// JVM, and modules of ours are compiled once for all of them.
process.env.JDK_JAVA_OPTIONS = `${process.env.JDK_JAVA_OPTIONS ?? ''} -XX:TieredStopAtLevel=1`.trim();
process.env.NODE_COMPILE_CACHE ??= join(directory, 'compiled');
if (files.some((file) => !LIGHT.test(file))) {
  await archiveClasses();
  await makeMigratedStore(join(directory, 'store'));
}

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
let passed = 0;
let failed = 0;
const durations: { readonly file: string; readonly durationMs: number }[] = [];
const isAlone = (file: string) => ALONE.includes(file);
const isBeside = (file: string) => files.some(isAlone) && LIGHT.test(file);
const print = (text: string) => void process.stdout.write(text);
await runFiles(
  files.filter((file) => !isAlone(file) && !isBeside(file)),
  { concurrency: CONCURRENCY, print },
);
const later: string[] = [];
await Promise.all([
  runFiles(files.filter(isAlone), { concurrency: 1, print }),
  runFiles(files.filter(isBeside), {
    concurrency: 1,
    flag: LOWER_PRIORITY,
    print: (text) => later.push(text),
  }),
]);
print(later.join(''));
rmSync(directory, { recursive: true, force: true });
const slowest = durations.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, SLOWEST_SHOWN);
if (slowest.length > 0) console.log('\nSlowest files:');
for (const { file, durationMs } of slowest) {
  console.log(`${(durationMs / 1000).toFixed(1).padStart(7)} s  ${relative(root, file)}`);
}
if (passed === 0) console.error('No test ran: a run that shows nothing is a failure.');
process.exitCode = passed > 0 && failed === 0 && !interrupted.signal.aborted ? 0 : 1;

interface Running {
  readonly concurrency: number;
  /** For Node, beside the ones that all have. */
  readonly flag?: string;
  readonly print: (text: string) => void;
}

async function runFiles(some: readonly string[], { concurrency, flag, print }: Running): Promise<void> {
  if (some.length === 0 || interrupted.signal.aborted) return;
  const events = run({
    files: some.map((file) => join(root, file)),
    concurrency,
    signal: interrupted.signal,
    timeout: FILE_TIMEOUT_MS,
    testNamePatterns: values['test-name-pattern'],
    execArgv: ['--disable-warning=ExperimentalWarning', ...(flag === undefined ? [] : [flag])],
  });
  events.on('test:pass', ({ name, file, details, skip }) => {
    // A file without tests passes as one.
    const isFile = file !== undefined && file === resolve(name);
    if (details.type !== 'suite' && skip === undefined && !isFile) passed++;
  });
  events.on('test:fail', () => failed++);
  events.on('test:summary', ({ file, duration_ms }) => {
    if (file !== undefined) durations.push({ file, durationMs: duration_ms });
  });
  for await (const text of events.compose(spec())) print(String(text));
}
