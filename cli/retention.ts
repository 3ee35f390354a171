import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { parseRetentionPolicy } from '../domain/retention/retention-policy.ts';
import { createClickHouse } from '../platform/clickhouse/client.ts';
import { readSecretFile } from '../platform/lifecycle/secret-file.ts';
import { readSettingsFile } from '../platform/lifecycle/settings-file.ts';
import { createVaultClient } from '../platform/vault/vault-client.ts';
import { wholeNumber } from './quarantine/parse-number.ts';
import { createPruneStore } from './retention/clickhouse-prune-store.ts';
import { renderRetention, toJson } from './retention/render-retention.ts';
import { runRetention } from './retention/run-retention.ts';

interface RetentionFlags {
  readonly clickhouse: string;
  readonly username: string;
  readonly vault: string;
  readonly vaultTokenFile: string;
  readonly config: string;
  readonly dryRun?: true;
  readonly json?: true;
  readonly timeout: number;
}

const POLL_MS = 500;
/** A mutation rewrites whole parts, and is waited for. */
const MUTATION_TIMEOUT_MS = 3_600_000;
const VAULT_TIMEOUT_MS = 30_000;

/** `docket retention run`: drops what is older than its retention, under signed statements. For a scheduler. */
export function retentionCommand(): Command {
  const env = process.env;
  const command = new Command('retention').description('Drop what is older than its retention');
  command
    .command('run')
    .description('One round over all tenants: holds, signed statements, then what they state is dropped')
    .requiredOption('--clickhouse <url>', 'address of ClickHouse', env.DOCKET_CLICKHOUSE_URL)
    .option('--username <name>', 'ClickHouse user', env.DOCKET_CLICKHOUSE_USERNAME ?? 'default')
    .requiredOption('--vault <url>', 'address of the vault', env.DOCKET_VAULT_URL)
    .requiredOption(
      '--vault-token-file <file>',
      'file with the vault token of an operator',
      env.DOCKET_VAULT_TOKEN_FILE,
    )
    .option('--config <file>', 'how long what is kept', env.DOCKET_RETENTION_FILE ?? 'config/retention.yaml')
    .option('--timeout <seconds>', 'longest wait for the recorder', wholeNumber(1, 86_400), 120)
    .option('--dry-run', 'drop and sign nothing; say what would be dropped')
    .option('--json', 'the last line is one JSON object')
    .action(run);
  return command;
}

async function run(flags: RetentionFlags): Promise<void> {
  const policy = await readSettingsFile(
    '--config',
    flags.config,
    'config/retention.yaml',
    parseRetentionPolicy,
  );
  const vault = createVaultClient({
    url: flags.vault,
    token: await readSecretFile('--vault-token-file', flags.vaultTokenFile),
    timeoutMs: VAULT_TIMEOUT_MS,
  });
  const clickhouse = createClickHouse({
    url: flags.clickhouse,
    username: flags.username,
    password: process.env.DOCKET_CLICKHOUSE_PASSWORD ?? '',
    requestTimeoutMs: MUTATION_TIMEOUT_MS,
  });
  try {
    const results = await runRetention({
      ...{ policy, vault, store: createPruneStore(clickhouse) },
      dryRun: flags.dryRun === true,
      newId: randomUUID,
      waitForRecorder: async (attempt) => {
        await sleep(POLL_MS);
        return (attempt + 1) * POLL_MS < flags.timeout * 1000;
      },
      report: (result) => console.error(renderRetention(result)),
    });
    if (flags.json) console.log(JSON.stringify(toJson(results)));
    if (results.some(({ outcome }) => outcome.kind === 'failed')) process.exitCode = 1;
  } finally {
    await clickhouse.close();
  }
}
