import type { Command } from 'commander';
import { parseRfc3339 } from '../domain/audit/rfc3339.ts';
import { DEFAULT_LINKS } from '../domain/slo/alert-text.ts';
import type { Slo } from '../domain/slo/definition.ts';
import { createClickHouse } from '../platform/clickhouse/client.ts';
import { createAdjustmentSource } from '../services/evaluator/drivers/read-adjustments.ts';
import { type Question, readExplanation, UnanswerableQuestion } from './slo/read-explanation.ts';
import { explanationToJson, renderExplanation } from './slo/render-explanation.ts';

interface ExplainFlags {
  readonly alert: string;
  readonly tenant: string;
  readonly service: string;
  readonly slo?: string;
  readonly at: string;
  readonly clickhouse: string;
  readonly username: string;
  readonly directory: string;
  readonly auditor: string;
  readonly json?: true;
}

/** Exit code of a question that has no answer. */
const UNANSWERABLE = 2;
const TIMEOUT_MS = 120_000;

/**
 * Adds `explain` to `docket slo`. `readDefinitions` reads the objectives of a folder; null when something is wrong,
 * which it has told, with the exit code set.
 */
export function addExplain(
  command: Command,
  directory: string,
  readDefinitions: (directory: string) => Promise<readonly Slo[] | null>,
): void {
  const env = process.env;
  command
    .command('explain')
    .description('Show what an alert was judged by at a time in the past: conditions, counts, decisions')
    .requiredOption('--alert <name>', 'such as BurnRate, RatioBound, NoData')
    .requiredOption('--tenant <id>', 'as in the labels of the alert')
    .requiredOption('--service <id>', 'as in the labels of the alert')
    .option('--slo <name>', 'of this objective only')
    .requiredOption('--at <time>', 'such as 2026-01-31T12:00:00Z, or Unix seconds as in the alert’s link')
    .requiredOption('--clickhouse <url>', 'address of ClickHouse', env.DOCKET_CLICKHOUSE_URL)
    .option('--username <name>', 'ClickHouse user', env.DOCKET_CLICKHOUSE_USERNAME ?? 'default')
    .option('--directory <folder>', 'folder with the definitions', directory)
    .option('--auditor <url>', 'where links lead to', DEFAULT_LINKS.auditorUrl)
    .option('--json', 'the last line is one JSON object')
    .addHelpText(
      'after',
      '\nComputed again from closed minutes, by the functions of the evaluator. Ids of decisions only: to read them, ' +
        'follow the link.\nExit code 2 when the question has no answer. See docs/slos.md.',
    )
    .action(async (flags: ExplainFlags) => {
      try {
        await explain(flags, readDefinitions);
      } catch (error) {
        if (!(error instanceof UnanswerableQuestion)) throw error;
        console.error(error.message);
        process.exitCode = UNANSWERABLE;
      }
    });
}

async function explain(
  flags: ExplainFlags,
  readDefinitions: (directory: string) => Promise<readonly Slo[] | null>,
): Promise<void> {
  const { alert, tenant, service } = flags;
  const question: Question = { alert, tenant, service, atMs: parseAt(flags.at) };
  const slos = await readDefinitions(flags.directory);
  if (slos === null) return;
  const wanted = slos.filter(({ name }) => flags.slo === undefined || flags.slo === name);
  if (wanted.length === 0) {
    const names = slos.map(({ name }) => name).join(', ');
    throw new UnanswerableQuestion(`--slo ${flags.slo}: there is none of that name; there are ${names}`);
  }
  const clickhouse = createClickHouse({
    url: flags.clickhouse,
    username: flags.username,
    password: process.env.DOCKET_CLICKHOUSE_PASSWORD ?? '',
    requestTimeoutMs: TIMEOUT_MS,
  });
  try {
    const adjustments = await createAdjustmentSource(clickhouse).read(question.atMs);
    const explained = await readExplanation(clickhouse, wanted, question, adjustments);
    console.log(renderExplanation(question, explained, flags.auditor));
    if (flags.json) console.log(JSON.stringify(explanationToJson(question, explained, flags.auditor)));
  } finally {
    await clickhouse.close();
  }
}

function parseAt(text: string): number {
  const ms = /^\d{1,10}(\.\d{1,3})?$/.test(text) ? Number(text) * 1000 : parseRfc3339(text);
  if (ms !== null) return ms;
  throw new UnanswerableQuestion(
    `--at ${text}: is no time; give one such as 2026-01-31T12:00:00Z, or Unix seconds`,
  );
}
