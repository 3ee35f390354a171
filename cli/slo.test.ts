import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { GENERATED_MARK } from '../deploy/prometheus/render-rules.ts';
import { sloCommand } from './slo.ts';

const ROOT = join(import.meta.dirname, '..');
const RULES = join(ROOT, 'deploy/prometheus/rules');

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function docket(...args: readonly string[]): Promise<Outcome> {
  return docketWith({}, ...args);
}

function docketWith(
  settings: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Outcome> {
  const env = { ...process.env, ...settings };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(ROOT, 'cli/main.ts'), 'slo', ...args],
      { env },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}

describe('docket slo', { concurrency: 2 }, () => {
  let directory = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'docket-slo-'));
    await cp(join(ROOT, 'config/slos'), join(directory, 'broken'), { recursive: true });
    const file = join(directory, 'broken/coverage.yaml');
    const text = await readFile(file, 'utf8');
    const broken = text
      .replace('target: 0.95', 'target: 1')

      .replace('30d', '1M');
    await writeFile(file, broken);
    await writeFile(join(directory, 'broken/z.yaml'), 'kind: [');
  });
  after(() => rm(directory, { recursive: true, force: true }));

  test('check lists what is promised, and when each alerts', async () => {
    const { code, stdout } = await docket('check');
    assert.equal(code, 0);
    assert.match(stdout, /^decision-latency +\* +\* +99 % of decision-latency within 50 ms +30d rolling$/m);
    assert.match(stdout, /^ +page: burn above 14\.4 over 1h and 5m \(14\.4 % bad\) +from 7 bad on$/m);
    assert.match(
      stdout,
      /^ +page: under the objective over 30m +from 100 events on, by a Poisson bound, z 3\.09$/m,
    );
  });

  test('check tells every problem with its line, and ends with exit code 2', async () => {
    const { code, stdout, stderr } = await docket('check', join(directory, 'broken'));
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /^coverage\.yaml:\d+:\d+: spec\.timeWindow\[0\]\.duration contradicts a rolling window/m,
    );
    assert.match(stderr, /^coverage\.yaml:\d+:\d+: spec\.objectives\[0\]\.target must be a share below 1/m);
    assert.match(stderr, /^z\.yaml:1:\d+: is not YAML: /m);
    assert.match(stderr, /^3 problems in /m);
  });

  test('generate prints the committed rules', async () => {
    const { code, stdout } = await docket('generate', '--stdout');
    assert.equal(code, 0);
    const groups: { name: string }[] = parse(stdout).groups;
    assert.deepEqual(groups.map(({ name }) => `${name}.yml`).sort(), await readdir(RULES));
    for (const group of groups) {
      const committed = parse(await readFile(join(RULES, `${group.name}.yml`), 'utf8'));
      assert.deepEqual([group], committed.groups);
    }
  });

  test('generate writes a folder, and leaves alone what is not its own', async (context) => {
    const out = join(directory, 'out');
    await mkdir(join(out, 'rules'), { recursive: true });
    await writeFile(join(out, 'rules/own.yml'), 'groups: []\n');
    await writeFile(join(out, 'rules/former.yml'), `${GENERATED_MARK}from config/slos. Do not edit.\n`);
    context.mock.method(console, 'log', () => {});
    await sloCommand().parseAsync(['generate', '--out', out], { from: 'user' });
    assert.deepEqual(
      (await readdir(join(out, 'rules'))).sort(),
      [...(await readdir(RULES)), 'own.yml'].sort(),
    );
    assert.deepEqual(
      (await readdir(join(out, 'tests'))).sort(),
      (await readdir(join(ROOT, 'deploy/prometheus/tests'))).sort(),
    );
  });

  test('check refuses objectives that would make too many series, and says how many', async () => {
    const { code, stdout, stderr } = await docketWith({ DOCKET_MAX_SERIES: '1000' }, 'check');
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(
      stderr,
      /^DOCKET_MAX_SERIES: 4 SLOs × 200 services make 46404 series, .*allowed are 1000\. Raise/,
    );
  });

  test('explain refuses what has no answer with exit code 2', async () => {
    const asked = [
      '--alert',
      'BurnRate',
      '--tenant',
      'acme',
      '--service',
      'shop',
      '--clickhouse',
      'http://x',
    ];
    const when = await docket('explain', ...asked, '--at', 'yesterday');
    assert.deepEqual([when.code, when.stdout], [2, '']);
    assert.match(when.stderr, /^--at yesterday: is no time; give one such as 2026-01-31T12:00:00Z, or Unix/);
    const which = await docket('explain', ...asked, '--at', '1700000000', '--slo', 'speed');
    assert.equal(which.code, 2);
    assert.match(which.stderr, /^--slo speed: there is none of that name; there are audit-completeness, /);
  });
});
