import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { readInventory, renderDeployment, renderRules } from '../deploy/prometheus/render-rules.ts';
import { writeFiles } from '../deploy/prometheus/write-rules.ts';
import type { Slo } from '../domain/slo/definition.ts';
import { describeProblem, parseOpenSlo } from '../domain/slo/openslo/parse-openslo.ts';
import { createClickHouse } from '../platform/clickhouse/client.ts';
import { readConfiguration } from '../platform/lifecycle/configuration.ts';
import { readYamlFolder } from '../platform/yaml/read-documents.ts';
import { boundsEnvironment, boundsOf } from '../services/evaluator/config.ts';
import { refuseTooMany } from '../services/evaluator/counts/count-bounds.ts';
import { readReport } from './slo/read-report.ts';
import { renderDefinitions } from './slo/render-definitions.ts';
import { renderReport, reportToJson } from './slo/render-report.ts';
import { addExplain } from './slo-explain.ts';

type GenerateFlags = { readonly out: string; readonly inventory: string; readonly stdout?: true };
type ReportFlags = {
  readonly clickhouse: string;
  readonly username: string;
  readonly directory: string;
  readonly tenant?: string;
  readonly slo?: string;
  readonly json?: true;
};

const ROOT = resolve(import.meta.dirname, '..');
const PROMETHEUS = join(ROOT, 'deploy/prometheus');
/** Exit code of definitions that are wrong: nothing was done. */
const WRONG_DEFINITIONS = 2;
/** Windows over 30 days of many services. */
const REPORT_TIMEOUT_MS = 120_000;

/** `docket slo check | generate | report`: objectives as files, their alerting rules, and what is left of them. */
export function sloCommand(): Command {
  const env = process.env;
  const directory = env.DOCKET_SLO_DIRECTORY ?? join(ROOT, 'config/slos');
  const command = new Command('slo').description(
    'Objectives (OpenSLO v1): check them, generate their alerting rules, report and adjust their budgets',
  );
  command
    .command('check')
    .description(
      'Say what is wrong with every file, each with its line; else list the objectives and their alerts',
    )
    .argument('[directory]', 'folder with the definitions', directory)
    .addHelpText(
      'after',
      '\nExit code 2 when something is wrong, or too many series would come of it (DOCKET_MAX_SERIES). See docs/slos.md.',
    )
    .action(check);
  command
    .command('generate')
    .description('Write the Prometheus rules of the objectives, and the promtool tests of these rules')
    .argument('[directory]', 'folder with the definitions', directory)
    .option('--out <folder>', 'where to: rules/ and tests/ in it are ours', PROMETHEUS)
    .option('--inventory <file>', 'series that must exist', join(PROMETHEUS, 'inventory.yaml'))
    .option('--stdout', 'write no file; print the rules')
    .addHelpText('after', '\nExit code 2 when a definition is wrong; nothing is written then.')
    .action(generate);
  command
    .command('report')
    .description(
      'Budgets, burn rates and windows of every objective and service, up to the last closed minute',
    )
    .requiredOption('--clickhouse <url>', 'address of ClickHouse', env.DOCKET_CLICKHOUSE_URL)
    .option('--username <name>', 'ClickHouse user', env.DOCKET_CLICKHOUSE_USERNAME ?? 'default')
    .option('--directory <folder>', 'folder with the definitions', directory)
    .option('--tenant <id>', 'of this tenant only')
    .option('--slo <name>', 'of this objective only')
    .option('--json', 'the last line is one JSON object')
    .addHelpText('after', '\nThe figures are those that the evaluator exports and that alerts are judged by.')
    .action(report);
  addExplain(command, directory, readDefinitions);
  return command;
}

async function check(directory: string): Promise<void> {
  const slos = await readDefinitions(directory);
  if (slos === null) return;
  const settings = readConfiguration(boundsEnvironment, process.env);
  const refusal = refuseTooMany(boundsOf(settings), slos, settings.DOCKET_MAX_SERIES);
  if (refusal === null) console.log(renderDefinitions(slos));
  else {
    console.error(refusal);
    process.exitCode = WRONG_DEFINITIONS;
  }
}

async function generate(directory: string, flags: GenerateFlags): Promise<void> {
  const slos = await readDefinitions(directory);
  if (slos === null) return;
  const inventory = await readInventory(flags.inventory);
  if (flags.stdout) {
    process.stdout.write(renderRules(slos, { inventory }));
    return;
  }
  const files = renderDeployment(slos, inventory);
  const changed = await writeFiles(flags.out, files);
  console.log(`${changed.length} of ${files.size} generated files changed in ${flags.out}`);
}

async function report(flags: ReportFlags): Promise<void> {
  const slos = await readDefinitions(flags.directory);
  if (slos === null) return;
  const wanted = slos.filter(({ name }) => flags.slo === undefined || flags.slo === name);
  if (wanted.length === 0) throw new Error(`--slo: there is none of that name in ${flags.directory}`);
  const clickhouse = createClickHouse({
    url: flags.clickhouse,
    username: flags.username,
    password: process.env.DOCKET_CLICKHOUSE_PASSWORD ?? '',
    requestTimeoutMs: REPORT_TIMEOUT_MS,
  });
  try {
    const figures = await readReport(clickhouse, wanted, flags.tenant ?? null);
    console.log(renderReport(figures));
    if (flags.json) console.log(JSON.stringify(reportToJson(figures)));
  } finally {
    await clickhouse.close();
  }
}

/** The objectives of a folder; null when something is wrong, which is told, and the exit code set. */
async function readDefinitions(directory: string): Promise<readonly Slo[] | null> {
  const problems = await (async () => {
    const read = await readYamlFolder(directory).catch(() => null);
    if (read === null) return [`${directory}: cannot be read; name a folder with *.yaml files`];
    const parsed = parseOpenSlo(read.documents);
    const all = [...read.problems, ...('problems' in parsed ? parsed.problems : [])];
    if (all.length > 0 || 'problems' in parsed) return all.map(describeProblem);
    return parsed.slos.length === 0 ? [`${directory}: no *.yaml file defines an SLO`] : parsed;
  })();
  if ('slos' in problems) return problems.slos;
  for (const problem of problems) console.error(problem);
  console.error(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'} in ${directory}`);
  process.exitCode = WRONG_DEFINITIONS;
  return null;
}
