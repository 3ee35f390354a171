import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import {
  readInventory,
  readSlos,
  renderDeployment,
  renderRules,
} from '../../deploy/prometheus/render-rules.ts';
import { METRICS } from '../../domain/metrics/catalogue.ts';
import { ALERTS, EVALUATOR_JOB, GAUGES } from '../../domain/slo/metric-names.ts';
import { generateRules } from '../../domain/slo/prometheus-rules.ts';
import { generateSloTests } from '../../domain/slo/promtool-tests.ts';
import { readExampleSlos } from '../support/slo-example.ts';

const root = join(import.meta.dirname, '../..');
const prometheusDirectory = join(root, 'deploy/prometheus');
const alertmanagerConfig = join(root, 'deploy/alertmanager/alertmanager.yml');
const run = promisify(execFile);

async function skipReason(tool: string): Promise<string | false> {
  return run(tool, ['--version']).then(
    () => false,
    () => `${tool} is not installed (Debian: apt install prometheus prometheus-alertmanager)`,
  );
}
const noPromtool = await skipReason('promtool');
const noAmtool = await skipReason('amtool');
const slos = await readSlos(join(root, 'config/slos'));
const files = renderDeployment(slos, await readInventory(join(prometheusDirectory, 'inventory.yaml')));
const ruleText = files.get('rules/docket-slos.yml') ?? '';
// Shapes of objectives that the configured ones do not have: slices, counts, calendars.
const examples = readExampleSlos().filter(({ budgeting }) => budgeting !== 'occurrences');
const exampleFiles = renderDeployment(examples, []);

test('the committed rules and their tests are what the definitions generate', async () => {
  for (const [path, text] of files) {
    assert.equal(await readFile(join(prometheusDirectory, path), 'utf8'), text, `${path} is stale`);
  }
  const committed = await readdir(join(prometheusDirectory, 'tests'));
  assert.deepEqual(
    committed.map((name) => `tests/${name}`).sort(),
    [...files.keys()].filter((path) => path.startsWith('tests/')).sort(),
  );
});

test('every alert has a runbook, and every generated alert is a known one', async () => {
  const rules = ruleText + exampleFiles.get('rules/docket-slos.yml');
  const generated = new Set([...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name));
  assert.deepEqual([...generated].sort(), Object.values(ALERTS).sort());
  for (const name of generated) await access(join(root, `docs/runbooks/${name}.md`));
});

describe('promtool', { skip: noPromtool, concurrency: 2 }, () => {
  let directory = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'docket-rules-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  test('accepts the rules without a lint error', async () => {
    await run('promtool', [
      'check',
      'rules',
      '--lint-fatal',
      join(prometheusDirectory, 'rules/docket-slos.yml'),
    ]);
  });

  test('understands every query of the catalogue of metrics', async () => {
    const rules = METRICS.flatMap(({ id, query }) =>
      query === null ? [] : [{ record: `metric:${id}`, expr: query }],
    );
    assert.ok(rules.length > 20);
    const path = join(directory, 'metrics.yml');
    await writeFile(path, JSON.stringify({ groups: [{ name: 'metrics', rules }] }));
    await run('promtool', ['check', 'rules', path]);
  });

  test('accepts the rules at another timescale and with an inventory', async () => {
    const inventory = [
      { tenant: 'tenant-a', service: 'service-a' },
      { tenant: 'tenant-b', service: 'service-a' },
    ];
    const path = join(directory, 'scaled.yml');
    await writeFile(path, renderRules(slos, { timescale: 90, inventory }));
    await run('promtool', ['check', 'rules', '--lint-fatal', path]);
  });

  test('a promised series that no evaluator ever exported has no data, unless none is due', async () => {
    const inventory = ['a', 'b'].map((one) => ({ tenant: `tenant-${one}`, service: 'service-a' }));
    await writeFile(join(directory, 'promised.yml'), renderRules(slos, { inventory }));
    const gauge = (name: string, values: string, labels = '') => ({
      series: `${name}{instance="evaluator-1:7073",job="${EVALUATOR_JOB}"${labels}}`,
      values,
    });
    const notDue = ',slo="coverage",tenant="tenant-b",service="service-a"';
    const firing = 'count by (tenant) (ALERTS{alertname="NoData",alertstate="firing",slo="coverage"})';
    const check = {
      rule_files: ['promised.yml'],
      evaluation_interval: '1m',
      tests: [
        {
          name: 'inventory',
          interval: '1m',
          input_series: [
            gauge(GAUGES.blind, '0+0x20'),
            gauge(GAUGES.evaluated, '0+60x20'),
            gauge(GAUGES.watermark, '0+60x20'),
            gauge(GAUGES.expected, '0+0x20', notDue),
          ],
          promql_expr_test: [
            { expr: firing, eval_time: '3m', exp_samples: [] },
            { expr: firing, eval_time: '15m', exp_samples: [{ labels: '{tenant="tenant-a"}', value: 1 }] },
          ],
        },
      ],
    };
    await writeFile(join(directory, 'promised-test.yml'), stringify(check));
    await run('promtool', ['test', 'rules', join(directory, 'promised-test.yml')]);
  });

  test('accepts the configuration, and its job names are those of the rules', async () => {
    const path = join(prometheusDirectory, 'prometheus.yml');
    await run('promtool', ['check', 'config', path]);
    const config = parse(await readFile(path, 'utf8'));
    const jobs = config.scrape_configs.map((job: { job_name: string }) => job.job_name);
    assert.deepEqual(jobs, ['gateway', 'recorder', EVALUATOR_JOB, 'auditor', 'vault']);
  });

  for (const path of [...files.keys()].filter((path) => path.startsWith('tests/'))) {
    test(`passes ${path}`, async () => {
      await run('promtool', ['test', 'rules', join(prometheusDirectory, path)]);
    });
  }

  for (const slo of examples) {
    test(`accepts the rules of the documented example ${slo.name}, and passes their tests`, async () => {
      // promtool's time goes with rules: each example has its own.
      for (const [path, text] of renderDeployment([slo], [])) {
        await mkdir(dirname(join(directory, slo.name, path)), { recursive: true });
        await writeFile(join(directory, slo.name, path), text);
      }
      const own = (path: string) => join(directory, slo.name, path);
      await run('promtool', ['check', 'rules', '--lint-fatal', own('rules/docket-slos.yml')]);
      await run('promtool', ['test', 'rules', own(`tests/slo-${slo.name}.yml`)]);
    });
  }

  // All that the generated tests say of an objective must hold as well when its rules are lean and shared.
  test('lean rules, shared by objectives that differ in nothing but their name, pass the tests of each', async () => {
    const [burning] = slos.filter(({ name }) => name === 'decision-latency');
    const bounded = slos.filter(({ name }) => name === 'coverage');
    if (burning === undefined) throw new Error('config/slos lacks decision-latency');
    const twin = { ...burning, name: 'twin' };
    const some = [burning, twin, ...bounded, ...examples];
    const rules = generateRules(some, { leanFromSlos: 1 });
    const own = rules.groups.filter(({ interval }) => interval !== undefined);
    assert.equal(own.length, some.length - 1);
    const recorded = own.flatMap((group) =>
      group.rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])),
    );
    assert.deepEqual([...new Set(recorded)].toSorted(), [
      'docket:slo_error_budget_remaining:min',
      'docket:slo_expected:max',
    ]);
    for (const [group, slo] of [
      [own[0], twin],
      [own.at(-1), examples.at(-1)],
    ] as const) {
      if (group === undefined || slo === undefined) throw new Error('a group is missing');
      const ruleFile = `lean-rules-${slo.name}.yml`;
      const { groups } = rules;
      const needed = [...groups.filter(({ interval }) => interval === undefined), group];
      await writeFile(
        join(directory, ruleFile),
        stringify({ groups: needed }, { aliasDuplicateObjects: false }),
      );
      const { tests, ...file } = generateSloTests(slo, { ruleFile });
      // Some of each kind: promtool takes long. Lean rules count contradictions in fewer windows.
      const kept = tests.filter(({ name }) =>
        /14\.4×|held|catching up|no data|every event|over 1h/.test(name),
      );
      assert.ok(kept.length >= 5, slo.name);
      const path = join(directory, `lean-${slo.name}.yml`);
      await writeFile(path, stringify({ ...file, tests: kept }, { aliasDuplicateObjects: false }));
      await run('promtool', ['test', 'rules', path]);
    }
  });

  // What the tests above are worth: each of these mistakes must make the scenario that was made for it fail.
  const mistakes: readonly { why: string; by: string; slo: string; from: string | RegExp; to: string }[] = [
    {
      why: 'a wrong factor',
      by: 'the 14.4× tier fires and resets',
      slo: 'decision-latency',
      from: /> 14.4/g,
      to: '> 28.8',
    },
    {
      why: 'a missing gate',
      by: 'the 14.4× tier stays quiet below its gate',
      slo: 'decision-latency',
      from: />= 7\)/,
      to: '>= 1)',
    },
    {
      why: 'summed replicas',
      by: 'the 6× tier stays quiet below its gate, with two evaluators',
      slo: 'decision-latency',
      from: /max (without \(instance)/g,
      to: 'sum $1',
    },
    {
      why: 'no short window',
      by: 'the 14.4× tier fires and resets once its short window is clean',
      slo: 'decision-latency',
      from: /(window="5m"}) > 14.4/,
      to: '$1 >= 0',
    },
    {
      why: 'no Poisson bound',
      by: 'the 1× tier stays quiet below its gate',
      slo: 'decision-latency',
      from: /- 1.96 \//,
      to: '- 0 /',
    },
    {
      why: 'nothing held while blind',
      by: 'a firing alert is held while the evaluator is gone',
      slo: 'decision-latency',
      from: /ALERTS{/g,
      to: 'NO_ALERTS{',
    },
    {
      why: 'a start while blind',
      by: 'what is read while catching up starts no alert',
      slo: 'decision-latency',
      from: /(unless on \(\)) docket:blind/g,
      to: '$1 x',
    },
    {
      why: 'a ratio judged at once',
      by: 'the bound over 30m fires, not at once',
      slo: 'coverage',
      from: 'for: 10m',
      to: 'for: 1m',
    },
    {
      why: 'a ratio of too few',
      by: 'the bound over 30m does not judge under 100 events',
      slo: 'coverage',
      from: />= 100\)/,
      to: '>= 1)',
    },
    {
      why: 'chance as a breach',
      by: 'the bound over 30m stays quiet over the objective where chance explains it',
      slo: 'coverage',
      from: /- 3.09 \//,
      to: '+ 3.09 /',
    },
    {
      why: 'silence as health',
      by: 'an expected series without events has no data',
      slo: 'coverage',
      from: /unless on \(slo.*\)/,
      to: 'and on () vector(0) > 1)',
    },
    {
      why: 'a ticket for two of two',
      by: 'two of two failing is no ticket',
      slo: 'coverage',
      from: ') >= 3)',
      to: ') >= 2)',
    },
    {
      why: 'contradictions overlooked',
      by: 'fewer than no bad events are a ticket',
      slo: 'coverage',
      from: /(docket_slo_bad\S+) < 0/,
      to: '$1 < -9',
    },
    {
      why: 'a count of one too many',
      by: '2 bad events over 1h fire',
      slo: 'checkout-failures',
      from: />= 2\)/,
      to: '>= 3)',
    },
    {
      why: 'a count that alerts too early',
      by: '2 over 6h stay quiet',
      slo: 'checkout-failures',
      from: />= 3\)/,
      to: '>= 2)',
    },
    {
      why: 'a budget that is spent too late',
      by: '100 % of the budget spent fires',
      slo: 'checkout-failures',
      from: />= 100\)/,
      to: '> 100)',
    },
    {
      why: 'empty slices as a sign of life',
      by: 'slices without traffic are no data',
      slo: 'checkout-good-minutes',
      from: /docket:slo_active_slices:max({slo="[^"]*",window="1h"}) > 0/,
      to: 'docket:slo_total:max$1 > 0',
    },
    {
      why: 'one blind evaluator',
      by: 'one evaluator that sees is enough',
      slo: 'evaluator',
      from: 'docket_blind == 0',
      to: 'max(docket_blind) == 0',
    },
    {
      why: 'a hanging evaluator believed',
      by: 'a hanging evaluator that claims to see is stale',
      slo: 'evaluator',
      from: '<= 120',
      to: '<= 1e9',
    },
    {
      why: 'a standing watermark believed',
      by: 'a standing watermark makes us blind',
      slo: 'evaluator',
      from: '<= 600',
      to: '<= 1e9',
    },
    {
      why: 'one recorder that goes on',
      by: 'a partition that stopped pages',
      slo: 'recorder',
      from: 'max by (topic',
      to: 'min by (topic',
    },
    {
      why: 'one ticket for all tenants',
      by: 'a tenant in excess',
      slo: 'recorder',
      from: 'max by (tenant)',
      to: 'max by ()',
    },
    {
      why: 'a leak that pages nobody',
      by: 'one that nobody has acknowledged pages',
      slo: 'leaks',
      from: 'max by (source)',
      to: '0 * max by (source)',
    },
    {
      why: 'leaks that nobody counts',
      by: 'when nobody counts them',
      slo: 'leaks',
      from: 'absent(docket_leaks_unacknowledged)',
      to: 'docket_leaks_unacknowledged < 0',
    },
  ];

  for (const [index, { why, by, slo: name, from, to }] of mistakes.entries()) {
    test(`the generated tests catch ${why}`, async () => {
      // promtool's time goes with rules and scenarios: only the rules of the SLO, only the scenario made for this.
      const right = renderRules([...slos, ...examples].filter((slo) => slo.name === name));
      const broken = right.replace(from, to);
      assert.notEqual(broken, right, 'the mistake must change the rules');
      const path = ['evaluator', 'recorder', 'leaks'].includes(name)
        ? `tests/${name}.yml`
        : `tests/slo-${name}.yml`;
      const file = parse(files.get(path) ?? exampleFiles.get(path) ?? '');
      const scenarios = file.tests.filter((one: { name: string }) => one.name.startsWith(`${name}: ${by}`));
      assert.equal(scenarios.length, 1, 'one scenario has that name');
      await writeFile(join(directory, `broken-${index}.yml`), broken);
      const tests = { ...file, rule_files: [`broken-${index}.yml`], tests: scenarios };
      await writeFile(
        join(directory, `test-${index}.yml`),
        stringify(tests, { aliasDuplicateObjects: false }),
      );
      await run('promtool', ['check', 'rules', join(directory, `broken-${index}.yml`)]);
      const outcome = run('promtool', ['test', 'rules', join(directory, `test-${index}.yml`)]);
      await assert.rejects(outcome, (error: Error) => /exp:[\s\S]*got:/.test(error.message));
    });
  }
});

describe('amtool', { skip: noAmtool }, () => {
  for (const file of ['alertmanager.yml', 'receivers.example.yml']) {
    test(`accepts ${file}`, async () => {
      await run('amtool', ['check-config', join(root, 'deploy/alertmanager', file)]);
    });
  }

  for (const { labels, receiver } of [
    { labels: ['severity=page', 'alertname=BurnRate', 'slo=coverage'], receiver: 'page' },
    { labels: ['severity=page', 'alertname=DocketBlind'], receiver: 'page' },
    { labels: ['severity=ticket', 'alertname=NoData', 'tenant=tenant-a'], receiver: 'ticket' },
    { labels: ['severity=none', 'alertname=Watchdog'], receiver: 'watchdog' },
    { labels: ['severity=page', 'alertname=LeakFound', 'source=GATE'], receiver: 'page' },
    { labels: ['alertname=WithoutSeverity'], receiver: 'ticket' },
  ]) {
    test(`routes ${labels.join(' ')} to ${receiver}`, async () => {
      const options = ['config', 'routes', 'test', `--config.file=${alertmanagerConfig}`];
      const { stdout } = await run('amtool', [...options, `--verify.receivers=${receiver}`, ...labels]);
      assert.equal(stdout.trim(), receiver);
    });
  }
});

test('a page silences only tickets of the same tenant, service and SLO', async () => {
  const config = parse(await readFile(alertmanagerConfig, 'utf8'));
  for (const rule of config.inhibit_rules) {
    assert.deepEqual(rule.equal, ['tenant', 'service', 'slo']);
    assert.ok(rule.source_matchers.includes('slo!=""') && rule.target_matchers.includes('slo!=""'));
    assert.ok(rule.target_matchers.includes('severity="ticket"'));
  }
});
