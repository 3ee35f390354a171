import { z } from 'zod';
import { fitsSafeGrammar } from '../../domain/contract/safe-grammar.ts';
import { brokerList, httpUrl, logLevel, wholeNumber } from '../../platform/lifecycle/configuration.ts';

/** Settings of the vault, by the names of their environment variables. */
export const vaultEnvironment = z.object({
  DOCKET_KAFKA_BROKERS: brokerList,
  /** Folder that `docket vault init` has made: database, index key, signing key. */
  DOCKET_VAULT_DIRECTORY: z.string({ error: 'give the folder that `docket vault init` has made' }),
  /** YAML with the clients and the digests of their tokens. */
  DOCKET_VAULT_CLIENTS_FILE: z.string({ error: 'give the path of the file with the clients' }),
  /** Folder of backups and of the statements of erasures; `backups` in the vault's folder if not given. */
  DOCKET_VAULT_BACKUP_DIRECTORY: z.string().optional(),
  /** Where KEKs lie: files, or a Transit engine (OpenBao, HashiCorp Vault). */
  DOCKET_VAULT_KEK: z.enum(['file', 'transit'], { error: 'give file or transit' }).default('file'),
  /** Folder of KEKs; `keks` in the vault's folder if not given. Never where backups of the vault go. */
  DOCKET_VAULT_KEK_DIRECTORY: z.string().optional(),
  DOCKET_VAULT_TRANSIT_URL: httpUrl.optional(),
  DOCKET_VAULT_TRANSIT_TOKEN_FILE: z.string().optional(),
  DOCKET_VAULT_TRANSIT_MOUNT: z
    .string()
    .regex(/^[\w-]+(\/[\w-]+)*$/, 'give the path that the engine is mounted at')
    .default('transit'),
  /** How long a leased key may be used. */
  DOCKET_VAULT_LEASE_SECONDS: wholeNumber(1, 60, 60),
  /** Keys of quarantined payloads are destroyed when they are so old. */
  DOCKET_VAULT_QUARANTINE_KEY_DAYS: wholeNumber(1, 30, 30),
  /** How long an erasure may wait for others, so that survivors are wrapped anew once for all of them. */
  DOCKET_VAULT_ERASURE_BATCH_SECONDS: wholeNumber(0, 3_600, 10),
  /** Look-ups of a subject's token that one client may make. */
  DOCKET_VAULT_LOOKUPS_PER_MINUTE: wholeNumber(1, 100_000, 60),
  DOCKET_VAULT_BACKUP_MINUTES: wholeNumber(1, 1_440, 60),
  DOCKET_VAULT_BACKUPS_KEPT: wholeNumber(1, 1_000, 7),
  DOCKET_VAULT_WORK_INTERVAL_MS: wholeNumber(10, 60_000, 1_000),
  /** More statements for a restored vault, as `statements.log` of another folder of backups. */
  DOCKET_VAULT_STATEMENTS_FILE: z.string().optional(),
  /** Tenant in whose access log stands what is of no tenant. */
  DOCKET_VAULT_OPERATOR_TENANT: z
    .string()
    .refine((id) => id !== '' && fitsSafeGrammar(id), 'give the id of a tenant')
    .default('operator'),
  DOCKET_HTTP_HOST: z.string().default('127.0.0.1'),
  DOCKET_HTTP_PORT: wholeNumber(0, 65_535, 7075),
  DOCKET_LOG_LEVEL: logLevel,
});

export type VaultSettings = z.output<typeof vaultEnvironment>;

/** What is wrong between settings that are each right; empty if nothing. */
export function problemsAcrossSettings(settings: VaultSettings): string[] {
  if (settings.DOCKET_VAULT_KEK === 'file') return [];
  return [
    ...(settings.DOCKET_VAULT_TRANSIT_URL === undefined
      ? ['DOCKET_VAULT_TRANSIT_URL: give the address of the Transit engine']
      : []),
    ...(settings.DOCKET_VAULT_TRANSIT_TOKEN_FILE === undefined
      ? ['DOCKET_VAULT_TRANSIT_TOKEN_FILE: give the file with the token for the Transit engine']
      : []),
  ];
}
