import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunSummary } from './summarise-run.ts';

/**
 * `npm test [-- options of node --test] [-- files]`: every test. Fails when not a single test ran, which
 * `node --test` alone takes for success. Ends with the slowest files.
 */
const ALL = '{domain,platform,services,sdk,cli,stack,schemas,dashboards,deploy,test}/**/*.test.ts';
const SLOWEST_SHOWN = 8;
const given = process.argv.slice(2);
const options = given.filter((argument) => argument.startsWith('-'));
const files = given.filter((argument) => !argument.startsWith('-'));
const directory = mkdtempSync(join(tmpdir(), 'docket-tests-'));
const summaryFile = join(directory, 'summary.json');
// Tests start many short-lived processes, for which starting is most of the work: no second compiler for Kafka's
// JVM, and modules of ours are compiled once for all of them.
const env = {
  ...process.env,
  JDK_JAVA_OPTIONS: `${process.env.JDK_JAVA_OPTIONS ?? ''} -XX:TieredStopAtLevel=1`.trim(),
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(directory, 'compiled'),
};

const child = spawn(
  process.execPath,
  [
    '--disable-warning=ExperimentalWarning',
    '--test',
    '--test-concurrency=2',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${fileURLToPath(new URL('./summarise-run.ts', import.meta.url))}`,
    `--test-reporter-destination=${summaryFile}`,
    ...options,
    ...(files.length === 0 ? [ALL] : files),
  ],
  { stdio: 'inherit', env },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('close', (code) => {
  const { passed, files } = readSummary();
  rmSync(directory, { recursive: true, force: true });
  const slowest = [...files].sort((a, b) => b.durationMs - a.durationMs).slice(0, SLOWEST_SHOWN);
  if (slowest.length > 0) console.log('\nSlowest files:');
  for (const { file, durationMs } of slowest) {
    console.log(`${(durationMs / 1000).toFixed(1).padStart(7)} s  ${relative(process.cwd(), file)}`);
  }
  if (passed === 0) console.error('No test ran: a run that shows nothing is a failure.');
  process.exitCode = code === 0 && passed > 0 ? 0 : 1;
});

function readSummary(): RunSummary {
  try {
    return JSON.parse(readFileSync(summaryFile, 'utf8'));
  } catch {
    return { passed: 0, files: [] };
  }
}
