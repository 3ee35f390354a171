import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { readAlertRoutes } from '../../deploy/prometheus/read-alert-routes.ts';
import {
  readInventory,
  readSlos,
  renderDeployment,
  renderRules,
} from '../../deploy/prometheus/render-rules.ts';
import { METRICS } from '../../domain/metrics/catalogue.ts';
import { ALERTS, EVALUATOR_JOB, GAUGES, RECORDED } from '../../domain/slo/metric-names.ts';
import { generateRules } from '../../domain/slo/prometheus-rules.ts';
import { generateSloTests } from '../../domain/slo/promtool-tests.ts';
import { readExampleSlos } from '../support/slo-example.ts';

const root = join(import.meta.dirname, '../..');
const prometheusDirectory = join(root, 'deploy/prometheus');
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
const routes = await readAlertRoutes(join(root, 'config/alert-routes.yaml'), slos);
const files = renderDeployment(
  slos,
  await readInventory(join(prometheusDirectory, 'inventory.yaml')),
  routes,
);
// Shapes of objectives that the configured ones do not have: slices, counts, calendars.
const examples = readExampleSlos().filter(({ budgeting }) => budgeting !== 'occurrences');
const exampleFiles = renderDeployment(examples, []);
const ruleFilesOf = (all: ReadonlyMap<string, string>) =>
  [...all.keys()].filter((path) => path.startsWith('rules/'));

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
  const rules = [files, exampleFiles]
    .flatMap((all) => ruleFilesOf(all).map((path) => all.get(path)))
    .join('\n');
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
    const paths = ruleFilesOf(files).map((path) => join(prometheusDirectory, path));
    await run('promtool', ['check', 'rules', '--lint-fatal', ...paths]);
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
    const twin = slos.flatMap((slo) => (slo.name === 'coverage' ? [{ ...slo, name: 'twin' }] : []));
    await writeFile(join(directory, 'promised.yml'), renderRules(slos, { inventory }));
    const lean = renderRules([...twin, ...slos], { inventory, leanFromSlos: 1 });
    await writeFile(join(directory, 'promised-lean.yml'), lean);
    const gauge = (name: string, values: string, labels = '') => ({
      series: `${name}{instance="evaluator-1:7073",job="${EVALUATOR_JOB}"${labels}}`,
      values,
    });
    const notDue = ',slo="coverage",tenant="tenant-b",service="service-a"';
    const firing = 'count by (tenant) (ALERTS{alertname="NoData",alertstate="firing",slo="coverage"})';
    const check = {
      rule_files: ['promised.yml', 'promised-lean.yml'],
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
    for (const rules of check.rule_files) {
      const path = join(directory, `test-${rules}`);
      await writeFile(path, stringify({ ...check, rule_files: [rules] }));
      await run('promtool', ['test', 'rules', path]);
    }
  });

  test('what is usual is the median of the past, without the hour that is judged', async () => {
    // Eight hours at 3 times the allowance of 1 %, and four at 10 times: of eleven, the middle one is at 3 times.
    const gauge = (name: string, values: string) => ({
      series: `${name}{instance="evaluator-1:7073",job="${EVALUATOR_JOB}",slo="decision-latency",tenant="a",service="b",window="1h"}`,
      values,
    });
    const series = '{service="b", slo="decision-latency", tenant="a", window="1h"}';
    const check = {
      rule_files: ['docket-slo-decision-latency', 'docket-baseline'].map((name) =>
        join(prometheusDirectory, `rules/${name}.yml`),
      ),
      evaluation_interval: '5m',
      tests: [
        {
          name: 'baseline',
          interval: '5m',
          input_series: [gauge(GAUGES.bad, '30+0x95 100+0x60'), gauge(GAUGES.total, '1000+0x156')],
          promql_expr_test: ['12h', '13h'].map((eval_time) => ({
            expr: `${RECORDED.baseline}{slo="decision-latency"}`,
            eval_time,
            exp_samples: [{ labels: `${RECORDED.baseline}${series}`, value: 3 }],
          })),
        },
      ],
    };
    await writeFile(join(directory, 'baseline-test.yml'), stringify(check));
    await run('promtool', ['test', 'rules', join(directory, 'baseline-test.yml')]);
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
      const rules = own(`rules/docket-slo-${slo.name}.yml`);
      await run('promtool', ['check', 'rules', '--lint-fatal', rules]);
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
    const isOwn = ({ name }: { name: string }) => name.startsWith('docket-slo-');
    const own = rules.groups.filter(isOwn);
    assert.equal(own.length, some.length - 1);
    const recorded = own.flatMap((group) =>
      group.rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])),
    );
    assert.deepEqual([...new Set(recorded)].toSorted(), [
      ...['docket:alert_link:at_seconds', 'docket:alert_link:from_ms', 'docket:alert_link:to_ms'],
      ...['docket:slo_burn_rate:ratio', 'docket:slo_error_budget_remaining:min'],
    ]);
    for (const [group, slo] of [
      [own[0], twin],
      [own.at(-1), examples.at(-1)],
    ] as const) {
      if (group === undefined || slo === undefined) throw new Error('a group is missing');
      const ruleFile = `lean-rules-${slo.name}.yml`;
      const { groups } = rules;
      const needed = [...groups.filter(({ name }) => name === 'docket-evaluator'), group];
      await writeFile(
        join(directory, ruleFile),
        stringify({ groups: needed }, { aliasDuplicateObjects: false }),
      );
      const { tests, ...file } = generateSloTests(slo, { ruleFileOf: () => ruleFile, lean: true });
      // Some of each kind: promtool takes long.
      const kept = tests.filter(({ name }) =>
        /14\.4×|1× tier|held|catching up|no data|of (three|two) |over 1h|spent|usual|keep|good events/.test(
          name,
        ),
      );
      assert.ok(kept.length >= 5, slo.name);
      const path = join(directory, `lean-${slo.name}.yml`);
      await writeFile(
        path,
        stringify({ ...file, rule_files: [ruleFile], tests: kept }, { aliasDuplicateObjects: false }),
      );
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
      why: 'a usual that is overlooked',
      by: 'less than four times what is usual',
      slo: 'decision-latency',
      from: /4 \* clamp_min\(last_over_time\((.*?)\[2h\]\), 1\)/,
      to: '4 * clamp_max(last_over_time($1[2h]), 1)',
    },
    {
      why: 'few services that count as many',
      by: '2 services of a tenant keep',
      slo: 'coverage',
      from: />= 3\n(\s+and count by \(slo, tenant\))/,
      to: '>= 2\n$1',
    },
    {
      why: 'many tenants that count as all',
      by: '3 tenants among many more keep',
      slo: 'coverage',
      from: />= 0.5 \* count by \(slo\) \(group/,
      to: '>= 0.1 * count by (slo) (group',
    },
    {
      why: 'findings that are summed over evaluators',
      by: 'each is quiet just below',
      slo: 'signals',
      from: /max (without \(instance, job\) \(docket_decisions_fail_open_high_risk)/,
      to: 'sum $1',
    },
    {
      why: 'findings that end with the evaluator',
      by: 'each is held',
      slo: 'signals',
      from: /ALERTS{/g,
      to: 'NO_ALERTS{',
    },
    {
      why: 'failures that are summed over evaluators',
      by: 'each fires, not at once',
      slo: 'failures',
      from: /max (without \(instance, job\) \(docket_rule_conflicts)/,
      to: 'sum $1',
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
      const path = ['evaluator', 'recorder', 'leaks', 'signals', 'failures'].includes(name)
        ? `tests/${name}.yml`
        : `tests/slo-${name}.yml`;
      const textOf = (one: string): string => files.get(one) ?? exampleFiles.get(one) ?? '';
      const file = parse(textOf(path));
      let mistaken = 0;
      const ruleFiles = await Promise.all(
        file.rule_files.map(async (ruleFile: string) => {
          const right = textOf(ruleFile.replace('../', ''));
          const broken = right.replace(from, to);
          if (broken !== right) mistaken++;
          const brokenFile = `broken-${index}-${basename(ruleFile)}`;
          await writeFile(join(directory, brokenFile), broken);
          await run('promtool', ['check', 'rules', join(directory, brokenFile)]);
          return brokenFile;
        }),
      );
      assert.ok(mistaken > 0, 'the mistake must change the rules');
      const scenarios = file.tests.filter((one: { name: string }) => one.name.startsWith(`${name}: ${by}`));
      assert.equal(scenarios.length, 1, 'one scenario has that name');
      const tests = { ...file, rule_files: ruleFiles, tests: scenarios };
      await writeFile(
        join(directory, `test-${index}.yml`),
        stringify(tests, { aliasDuplicateObjects: false }),
      );
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
});
