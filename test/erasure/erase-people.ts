import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createVaultClient, type VaultClient } from '../../platform/vault/vault-client.ts';
import type { Erasure } from '../../platform/vault/vault-types.ts';
import type { VaultRole } from '../../stack/vault-files.ts';
import type { CanaryStack } from '../canaries/canary-stack.ts';
import { until } from '../support/until.ts';
import type { Person } from './people.ts';

const CLI = resolve(import.meta.dirname, '../../cli/main.ts');
const DAY_MS = 86_400_000;

/** A client of a stack's vault. */
export function vaultOf(stack: CanaryStack, role: VaultRole): VaultClient {
  const token = readFileSync(stack.secrets.vault.tokenFiles[role], 'utf8').trim();
  return createVaultClient({ url: stack.urls.vault, token });
}

/** Asks for the erasure of everybody who is to be erased, as an operator does: by the CLI, the subject on its stdin. */
export async function erasePeople(
  stack: CanaryStack,
  people: readonly Person[],
): Promise<{ readonly erasureIds: readonly string[]; readonly said: string }> {
  const erasureIds: string[] = [];
  let said = '';
  for (const { subject } of people.filter(({ isErased }) => isErased)) {
    const output = await runCli(stack, ['erase', '--tenant', 'acme', '--json'], `${subject}\n`);
    said += output;
    erasureIds.push(String((JSON.parse(output) as { erasure_id: string }).erasure_id));
  }
  return { erasureIds, said };
}

/**
 * Waits until every erasure is complete. The keys of quarantined payloads live up to 30 days, and no erasure is complete
 * before they are gone: an operator who cannot wait destroys them.
 */
export async function completeErasures(
  stack: CanaryStack,
  erasureIds: readonly string[],
): Promise<Erasure[]> {
  const vault = vaultOf(stack, 'operator');
  const inState = async (states: readonly Erasure['state'][]) => {
    const erasures = await Promise.all(erasureIds.map((id) => vault.readErasure(id)));
    return erasures.every(({ state }) => states.includes(state));
  };
  await until('the keys are destroyed', () => inState(['DESTROYED', 'COMPLETE']));
  const tomorrow = new Date(Date.now() + DAY_MS).toISOString().slice(0, 10);
  for (const tenant of ['acme', '']) await vault.destroyDays(tenant, 'quarantine', tomorrow);
  await until('the erasures are complete', () => inState(['COMPLETE']));
  return Promise.all(erasureIds.map((id) => vault.readErasure(id)));
}

/** Runs `docket` as an operator of the stack. Throws with what it said on stderr when it fails. */
function runCli(stack: CanaryStack, args: readonly string[], input: string): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    DOCKET_VAULT_URL: stack.urls.vault,
    DOCKET_VAULT_TOKEN: readFileSync(stack.secrets.vault.tokenFiles.operator, 'utf8').trim(),
    DOCKET_KAFKA_BROKERS: stack.brokers,
  };
  const child = spawn(process.execPath, [CLI, ...args], { env, cwd: join(CLI, '../..') });
  let output = '';
  let errors = '';
  child.stdout.on('data', (bytes) => {
    output += bytes;
  });
  child.stderr.on('data', (bytes) => {
    errors += bytes;
  });
  child.stdin.end(input);
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) =>
      code === 0 ? done(output) : fail(new Error(`docket ${args[0]}: ${errors}`)),
    );
  });
}
