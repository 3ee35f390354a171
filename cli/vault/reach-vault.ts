import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { createVaultClient, type VaultClient } from '../../platform/vault/vault-client.ts';
import { VaultFailure } from '../../platform/vault/vault-failure.ts';

/** Options of every command that asks the vault. */
export interface VaultFlags {
  readonly vault: string;
  readonly tokenFile?: string;
}

/** Requests such as a backup may take a while. */
const TIMEOUT_MS = 60_000;
const MAX_SUBJECT_BYTES = 64 * 1024;

const HINTS: Readonly<Record<string, string>> = {
  unreachable: 'The vault cannot be reached: does it run, and is --vault its address?',
  timeout:
    'The vault has not answered in time. What was asked may still be carried out: look before asking again.',
  unauthenticated:
    'The vault does not know this token: --token-file, or DOCKET_VAULT_TOKEN, of a client of role operator.',
  role_forbidden: 'The token is not of the role operator.',
  not_found: 'The vault has nothing of this id or tenant.',
  being_erased: 'It is too late for a hold: this subject is being erased.',
  held: 'The tenant is on hold: nothing of it is destroyed. Lift the hold first: docket hold list',
  kafka_unavailable: 'Kafka does not answer, so the vault cannot do this now; try again.',
  bad_request:
    'The vault does not take this: is the tenant an id, and does the subject have 1 to 1024 characters?',
};

/** Adds the options that lead to the vault. */
export function withVault(command: Command): Command {
  return command
    .requiredOption(
      '--vault <url>',
      'address of the vault',
      process.env.DOCKET_VAULT_URL ?? 'http://127.0.0.1:7075',
    )
    .option('--token-file <file>', 'file with the token of an operator; else DOCKET_VAULT_TOKEN is the token')
    .option('--json', 'one JSON object');
}

/** Asks the vault. What it refuses becomes an Error that says what to do; no value stands in it. */
export async function askVault<Result>(
  flags: VaultFlags,
  ask: (vault: VaultClient) => Promise<Result>,
): Promise<Result> {
  const vault = createVaultClient({ url: flags.vault, token: await readToken(flags), timeoutMs: TIMEOUT_MS });
  try {
    return await ask(vault);
  } catch (error) {
    if (error instanceof VaultFailure) throw new Error(HINTS[error.code] ?? error.message);
    throw error;
  }
}

/** The operator's token: that of the file, else DOCKET_VAULT_TOKEN. Throws an Error that says what to give. */
export async function readToken({ tokenFile }: Pick<VaultFlags, 'tokenFile'>): Promise<string> {
  const token =
    tokenFile === undefined
      ? process.env.DOCKET_VAULT_TOKEN
      : await readFile(tokenFile, 'utf8').catch(() => {
          throw new Error('The file of --token-file cannot be read.');
        });
  if (token === undefined || token.trim() === '')
    throw new Error('Give the token of an operator: --token-file, or DOCKET_VAULT_TOKEN.');
  return token.trim();
}

/**
 * Reads a subject's id from standard input: arguments are seen by everybody on the machine and kept by the shell.
 * Throws an Error when there is none, or more than one line of it.
 */
export async function readSubject(stdin: NodeJS.ReadStream): Promise<string> {
  if (stdin.isTTY) console.error('Subject (its id as enforcers report it), then Enter and Ctrl-D:');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > MAX_SUBJECT_BYTES)
      throw new Error('What stands on standard input is too long for one subject.');
    chunks.push(part);
  }
  const subject = Buffer.concat(chunks).toString('utf8').trim();
  if (subject === '')
    throw new Error('Give the subject on standard input, as in: docket erase --tenant acme < subject.txt');
  if (/[\r\n]/.test(subject))
    throw new Error('Give one subject at a time: there is more than one line on standard input.');
  return subject;
}
