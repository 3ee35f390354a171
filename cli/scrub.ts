import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { readSecretFile } from '../platform/lifecycle/secret-file.ts';
import { createVaultClient } from '../platform/vault/vault-client.ts';
import { loadReleasedSchemas } from '../schemas/load-released.ts';
import { withLeaks } from './leak/open-leaks.ts';
import { placeOf } from './leak/render-leaks.ts';
import { parseLeakIds } from './leak.ts';
import type { ConnectionFlags } from './quarantine/open-quarantine.ts';
import { wholeNumber } from './quarantine/parse-number.ts';
import { type ScrubOutcome, scrubLeak } from './scrub/scrub-leak.ts';
import { withStoreConnection } from './store-connection.ts';

type ScrubFlags = ConnectionFlags & {
  leak: string;
  vault: string;
  vaultTokenFile: string;
  dryRun?: true;
  timeout: number;
};

const POLL_MS = 500;
const VAULT_TIMEOUT_MS = 30_000;
const SAID: Readonly<Record<ScrubOutcome, string>> = {
  scrubbed: 'scrubbed, under a signed statement',
  was_scrubbed: 'is scrubbed already',
  would_scrub: 'would be scrubbed',
};

/** `docket scrub --leak <id>`: takes a text that leaked out of its record. */
export function scrubCommand(): Command {
  const env = process.env;
  return withStoreConnection(
    new Command('scrub').description('Take a text that leaked out of its record, under a signed statement'),
  )
    .requiredOption('--leak <id>', 'id of the leak, from docket leak list')
    .requiredOption('--vault <url>', 'address of the vault', env.DOCKET_VAULT_URL)
    .requiredOption(
      '--vault-token-file <file>',
      'file with the vault token of an operator',
      env.DOCKET_VAULT_TOKEN_FILE,
    )
    .option('--timeout <seconds>', 'longest wait for the recorder', wholeNumber(1, 86_400), 120)
    .option('--dry-run', 'sign and change nothing; say what would be done')
    .action(scrub);
}

async function scrub(flags: ScrubFlags): Promise<void> {
  const [id = ''] = parseLeakIds([flags.leak]);
  const token = await readSecretFile('--vault-token-file', flags.vaultTokenFile);
  const signer = createVaultClient({ url: flags.vault, token, timeoutMs: VAULT_TIMEOUT_MS });
  await withLeaks(flags, async ({ leaks, records, recordAccess }) => {
    const [leak] = await leaks.read([id]);
    if (leak === undefined) throw new Error(`there is no leak ${id}`);
    const dryRun = flags.dryRun === true;
    const by = await recordAccess({
      action: 'leak.scrub',
      filters: { leaks: id, ...(dryRun ? { run: 'dry' } : {}) },
      rows: 1,
    });
    const outcome = await scrubLeak(leak, {
      ...{ store: records, registry: loadReleasedSchemas(), signer, dryRun },
      waitForRecorder: async (attempt) => {
        await sleep(POLL_MS);
        return (attempt + 1) * POLL_MS < flags.timeout * 1000;
      },
    });
    console.log(`${leak.path} of ${placeOf(leak)} ${SAID[outcome]}`);
    if (dryRun) return;
    // Whatever rules found something in the same field: it is gone with it.
    const dealtWith = (await leaks.readField(leak)).filter(({ note }) => note === null);
    if (dealtWith.length > 0)
      await leaks.acknowledge(
        dealtWith.map((other) => other.id),
        by,
        'scrubbed',
      );
  });
}
