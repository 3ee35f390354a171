import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { type ClickHouse, createClickHouse } from '../platform/clickhouse/client.ts';
import { readSecretFile } from '../platform/lifecycle/secret-file.ts';
import { createVaultClient } from '../platform/vault/vault-client.ts';
import { loadReleasedSchemas } from '../schemas/load-released.ts';
import { wholeNumber } from './quarantine/parse-number.ts';
import { checkCoverage } from './statements/check-coverage.ts';
import { ed25519PublicKey, type PublicKeys, parsePublicKeys } from './statements/public-keys.ts';
import {
  renderStatement,
  renderVerdict,
  statementToJson,
  verdictToJson,
} from './statements/render-statements.ts';
import { createStatementStore } from './statements/statement-store.ts';
import { coveredPrunes, verifyStatements } from './statements/verify-statements.ts';

interface StoreFlags {
  readonly clickhouse: string;
  readonly username: string;
  readonly json?: true;
}

type ListFlags = StoreFlags & { readonly tenant?: string; readonly limit: number };
type VerifyFlags = StoreFlags & {
  readonly keysFile?: string;
  readonly vault?: string;
  readonly vaultTokenFile?: string;
};

/** `docket statements list | verify`: what was taken away on purpose, and whether that is all that is gone. */
export function statementsCommand(): Command {
  const env = process.env;
  const command = new Command('statements').description(
    'Signed statements of what was taken away on purpose',
  );
  withStore(command.command('list').description('List statements, newest first'))
    .option('--tenant <id>', 'of this tenant only')
    .option('--limit <statements>', 'most statements to list', wholeNumber(1, 1_000_000), 50)
    .action(list);
  withStore(
    command
      .command('verify')
      .description(
        'Verify every signature, and that every offset is there or gone under a statement; exit 1 if not',
      ),
  )
    .option(
      '--keys-file <file>',
      'public keys that came out of band: a name and 64 hexadecimal digits a line',
    )
    .option('--vault <url>', 'ask the vault for its public key instead', env.DOCKET_VAULT_URL)
    .option('--vault-token-file <file>', 'file with a token for the vault', env.DOCKET_VAULT_TOKEN_FILE)
    .action(verify);
  return command;
}

function withStore(command: Command): Command {
  const env = process.env;
  return command
    .requiredOption('--clickhouse <url>', 'address of ClickHouse', env.DOCKET_CLICKHOUSE_URL)
    .option('--username <name>', 'ClickHouse user', env.DOCKET_CLICKHOUSE_USERNAME ?? 'default')
    .option('--json', 'JSON, one object a line');
}

async function withClickHouse(
  flags: StoreFlags,
  act: (clickhouse: ClickHouse) => Promise<void>,
): Promise<void> {
  const clickhouse = createClickHouse({
    url: flags.clickhouse,
    username: flags.username,
    password: process.env.DOCKET_CLICKHOUSE_PASSWORD ?? '',
  });
  try {
    await act(clickhouse);
  } finally {
    await clickhouse.close();
  }
}

async function list(flags: ListFlags): Promise<void> {
  await withClickHouse(flags, async (clickhouse) => {
    const recorded = await createStatementStore(clickhouse, loadReleasedSchemas()).readStatements();
    const wanted = recorded
      .map(({ statement }) => statement)
      .filter(({ tenant_id }) => flags.tenant === undefined || tenant_id === flags.tenant);
    for (const statement of wanted.reverse().slice(0, flags.limit))
      console.log(flags.json ? JSON.stringify(statementToJson(statement)) : renderStatement(statement));
  });
}

async function verify(flags: VerifyFlags): Promise<void> {
  const keys = await readKeys(flags);
  const registry = loadReleasedSchemas();
  await withClickHouse(flags, async (clickhouse) => {
    const store = createStatementStore(clickhouse, registry);
    const verified = await verifyStatements(store, keys);
    const coverage = await checkCoverage(store, coveredPrunes(verified), registry.newest('recorded-lost'));
    console.log(
      flags.json ? JSON.stringify(verdictToJson(verified, coverage)) : renderVerdict(verified, coverage),
    );
    if (coverage.findings.length > 0 || verified.some(({ problem }) => problem !== null))
      process.exitCode = 1;
  });
}

async function readKeys({ keysFile, vault, vaultTokenFile }: VerifyFlags): Promise<PublicKeys> {
  if (keysFile !== undefined) return parsePublicKeys(await readFile(keysFile, 'utf8'));
  if (vault === undefined || vaultTokenFile === undefined)
    throw new Error('Give the public keys with --keys-file, or --vault and --vault-token-file.');
  const token = await readSecretFile('--vault-token-file', vaultTokenFile);
  const { keyName, publicKey } = await createVaultClient({ url: vault, token }).publicKey();
  return new Map([[keyName, ed25519PublicKey(publicKey)]]);
}
