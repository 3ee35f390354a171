import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Command } from 'commander';
import { stringify } from 'yaml';
import { CLIENT_ROLES } from '../services/vault/clients.ts';
import { restoreBackup } from '../services/vault/drivers/backups.ts';
import { writeDurably } from '../services/vault/drivers/durable-files.ts';
import { initVaultFolder } from '../services/vault/drivers/vault-folder.ts';
import { askVault, type VaultFlags, withVault } from './vault/reach-vault.ts';

type Flags = VaultFlags & { json?: true };

const CLIENTS_FILE = 'clients.yaml';

/** `docket vault init | backup | restore | rotate`: the vault's own care. */
export function vaultCommand(): Command {
  const command = new Command('vault').description(
    'Set the vault up, back it up and restore it, rotate its KEKs',
  );
  command
    .command('init')
    .description('Make the folder of a new vault, with clients whose tokens are printed this once')
    .argument('<folder>', 'an empty folder, or one to be made')
    .option('--json', 'one JSON object')
    .action(init);
  withVault(command.command('backup').description('Write a backup now; it holds no KEK')).action(backUp);
  command
    .command('restore')
    .description('Put a backup in the place of the database; the vault must be stopped')
    .argument('<folder>', "the vault's folder")
    .option('--backup <file>', 'the backup; without one the database stays')
    .option('--accept-lost', 'let go of the keys whose KEK is not there: what they encrypt is lost')
    .option('--json', 'one JSON object')
    .action(restore);
  withVault(command.command('rotate').description("Give a tenant's keys a new KEK and destroy the old one"))
    .requiredOption('--tenant <id>', 'the tenant')
    .action(rotate);
  return command;
}

async function init(folder: string, flags: { json?: true }): Promise<void> {
  await initVaultFolder(folder);
  const clients = CLIENT_ROLES.map((role) => ({ role, token: `${role}-${randomBytes(24).toString('hex')}` }));
  const file = join(folder, CLIENTS_FILE);
  const entries = clients.map(({ role, token }) => ({
    name: role,
    role,
    sha256: createHash('sha256').update(token, 'utf8').digest('hex'),
  }));
  await writeDurably(file, Buffer.from(stringify({ clients: entries })));
  if (flags.json) {
    const tokens = Object.fromEntries(clients.map(({ role, token }) => [role, token]));
    return console.log(JSON.stringify({ folder, clients_file: file, tokens }));
  }
  console.log(`There is a new vault in ${folder}. Its clients: ${file}`);
  console.log('Tokens, shown this once:');
  for (const { role, token } of clients) console.log(`  ${role.padEnd(9)} ${token}`);
  console.log('Keep a copy of index.key and signing-key.pem where backups of the vault are not.');
}

async function backUp(flags: Flags): Promise<void> {
  const file = await askVault(flags, (vault) => vault.backUp());
  console.log(flags.json ? JSON.stringify({ file }) : `written: ${file}, in the vault's folder of backups`);
}

async function restore(
  folder: string,
  flags: { backup?: string; acceptLost?: true; json?: true },
): Promise<void> {
  if (flags.backup === undefined && !flags.acceptLost)
    throw new Error(
      'Say which backup: --backup <file>. The newest one in the folder of backups is the one to take.',
    );
  const kept = await restoreBackup(folder, flags.backup ?? null, flags.acceptLost === true);
  if (flags.json) return console.log(JSON.stringify({ folder, former_database: kept }));
  console.log('Done. When it starts, the vault first carries out every erasure that statements tell of.');
  if (kept !== null) console.log(`The former database is ${kept}; remove it when the vault runs.`);
}

async function rotate(flags: Flags & { tenant: string }): Promise<void> {
  await askVault(flags, (vault) => vault.rotate(flags.tenant));
  console.log(
    flags.json
      ? JSON.stringify({ tenant: flags.tenant, rotating: true })
      : 'The vault is at it; it says so in its log.',
  );
}
