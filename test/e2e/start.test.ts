import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { until } from '../support/until.ts';

const ENTRY = resolve(import.meta.dirname, '../../stack/main.ts');
let dataDir: string;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'docket-start-'));
});
after(() => rm(dataDir, { recursive: true, force: true }));

interface Started {
  readonly child: ChildProcess;
  output(): string;
  readonly exited: Promise<number | null>;
}

/** What `npm start -- …` runs, on the same data directory each time. */
function start(...flags: string[]): Started {
  const args = [ENTRY, '--free-ports', '--no-prometheus', '--data-dir', dataDir, '--seed', '7', ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return { child, output: () => output, exited };
}

/** Processes that have our data directory in their command line or environment, ourselves aside. */
function processesLeft(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => ['cmdline', 'environ'].some((file) => read(`/proc/${pid}/${file}`).includes(dataDir)))
    .map((pid) => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' '));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it has just ended
  }
}

const noProcFs = process.platform !== 'linux' && 'only Linux shows what runs in /proc';

test('playing for a while ends with sums that agree and exit code 0', { skip: noProcFs }, async () => {
  const started = start('--for', '6s', '--rate', '150');
  assert.equal(await started.exited, 0, started.output());
  const sum = /^sent (\d+) = recorded (\d+) \+ quarantined (\d+) \+ duplicates (\d+)$/m.exec(
    started.output(),
  );
  assert.ok(sum, started.output());
  const [sent, recorded, quarantined, duplicates] = sum.slice(1).map(Number);
  assert.ok((sent ?? 0) > 500, 'too little was played to show anything');
  assert.equal(sent, (recorded ?? 0) + (quarantined ?? 0) + (duplicates ?? 0));
  for (const name of [
    'decision-latency',
    'enforcement-success',
    'coverage',
    'audit-completeness',
    'drift',
    'false positives',
  ]) {
    assert.match(started.output(), new RegExp(`^${name}`, 'm'));
  }
  assert.deepEqual(processesLeft(), []);
});

test('a second start goes on with the same stores, and Ctrl-C leaves nothing behind', {
  skip: noProcFs,
}, async () => {
  const started = start();
  await until('it is up', async () => started.output().includes('Docket is up'));
  assert.ok(processesLeft().length >= 8, 'the search must find what runs, or its silence shows nothing');
  started.child.kill('SIGINT');
  assert.equal(await started.exited, 0, started.output());
  assert.deepEqual(processesLeft(), []);
});

test('even when it is killed outright, what it started ends with it', { skip: noProcFs }, async () => {
  const started = start();
  await until('it is up', async () => started.output().includes('Docket is up'));
  started.child.kill('SIGKILL');
  await started.exited;
  await until('nothing is left', async () => processesLeft().length === 0);
});

test('a flag that cannot be used is refused with what to do', async () => {
  const started = start('--for', 'soon');
  assert.equal(await started.exited, 2);
  assert.match(started.output(), /60s/);
});

for (const service of ['gateway', 'recorder', 'evaluator', 'auditor']) {
  test(`${service} names every wrong setting at once and exits with code 2`, async () => {
    const child = spawn(process.execPath, [`services/${service}/main.ts`], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { DOCKET_KAFKA_BROKERS: 'nowhere', DOCKET_CLICKHOUSE_URL: 'nowhere', DOCKET_HTTP_PORT: '-1' },
    });
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const [code] = await once(child, 'exit');
    assert.equal(code, 2, output);
    const named = [...output.matchAll(/^ {2}(DOCKET_\w+): /gm)].map((match) => match[1]);
    assert.ok(new Set(named).size >= 2 && named.includes('DOCKET_HTTP_PORT'), output);
    assert.doesNotMatch(output, /nowhere/);
  });
}
