import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { GENERATED_MARK } from '../deploy/prometheus/render-rules.ts';
import { sloCommand } from './slo.ts';

const ROOT = join(import.meta.dirname, '..');

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function docket(...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, 'cli/main.ts'), 'slo', ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
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
    assert.equal(stdout, await readFile(join(ROOT, 'deploy/prometheus/rules/docket-slos.yml'), 'utf8'));
  });

  test('generate writes a folder, and leaves alone what is not its own', async (context) => {
    const out = join(directory, 'out');
    await mkdir(join(out, 'rules'), { recursive: true });
    await writeFile(join(out, 'rules/own.yml'), 'groups: []\n');
    await writeFile(join(out, 'rules/former.yml'), `${GENERATED_MARK}from config/slos. Do not edit.\n`);
    context.mock.method(console, 'log', () => {});
    await sloCommand().parseAsync(['generate', '--out', out], { from: 'user' });
    assert.deepEqual((await readdir(join(out, 'rules'))).sort(), ['docket-slos.yml', 'own.yml']);
    assert.deepEqual(
      (await readdir(join(out, 'tests'))).sort(),
      (await readdir(join(ROOT, 'deploy/prometheus/tests'))).sort(),
    );
  });
});
