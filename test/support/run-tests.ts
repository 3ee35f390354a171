import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `npm test [-- options of node --test] [-- files]`: every test, with the stack started once for all of them. Fails
 * when not a single test ran, which `node --test` alone takes for success.
 */
const ALL = '{domain,platform,services,sdk,cli,stack,schemas,dashboards,deploy,test}/**/*.test.ts';
const given = process.argv.slice(2);
const options = given.filter((argument) => argument.startsWith('-'));
const files = given.filter((argument) => !argument.startsWith('-'));
const directory = mkdtempSync(join(tmpdir(), 'docket-tests-'));
const countFile = join(directory, 'passed');

const child = spawn(
  process.execPath,
  [
    '--disable-warning=TimeoutNegativeWarning',
    '--disable-warning=ExperimentalWarning',
    '--test',
    '--test-global-setup=test/support/stack.ts',
    '--test-concurrency=2',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${fileURLToPath(new URL('./count-tests.ts', import.meta.url))}`,
    `--test-reporter-destination=${countFile}`,
    ...options,
    ...(files.length === 0 ? [ALL] : files),
  ],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('close', (code) => {
  const passed = readCount();
  rmSync(directory, { recursive: true, force: true });
  if (passed === 0) console.error('No test ran: a run that shows nothing is a failure.');
  process.exitCode = code === 0 && passed > 0 ? 0 : 1;
});

function readCount(): number {
  try {
    return Number(readFileSync(countFile, 'utf8'));
  } catch {
    return 0;
  }
}
