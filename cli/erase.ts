import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { Erasure } from '../platform/vault/vault-types.ts';
import { wholeNumber } from './quarantine/parse-number.ts';
import { askVault, readSubject, type VaultFlags, withVault } from './vault/reach-vault.ts';

type Flags = VaultFlags & { json?: true };
type EraseFlags = Flags & { tenant: string; reason?: string; wait?: true; until: WaitState; timeout: number };
type WaitState = 'DESTROYED' | 'COMPLETE';

const POLL_MS = 500;

/** `docket erase`: forgets a person, and tells how far that is. */
export function eraseCommand(): Command {
  const command = new Command('erase').description(
    'Forget a person. The subject is read from standard input, never from an argument. There is no way back.',
  );
  withVault(command)
    .option('--tenant <id>', 'the tenant whose subject it is')
    .option('--reason <text>', 'why; recorded, so name nobody in it')
    .option('--wait', 'wait until the erasure is in the state of --until')
    .option(
      '--until <state>',
      'DESTROYED (the key is gone) or COMPLETE (certified; takes up to 30 days)',
      toState,
      'DESTROYED',
    )
    .option('--timeout <seconds>', 'longest wait', wholeNumber(1, 86_400), 120)
    .action(erase);
  // Options of the command itself are taken by it, wherever they stand: its parts read them from there.
  command
    .command('status')
    .description('Show one erasure')
    .argument('<erasure-id>', 'as `docket erase` has told it')
    .action((id: string) => show(id, command.opts()));
  command
    .command('list')
    .description('List the erasures of --tenant, newest first')
    .action(() => list(command.opts()));
  command
    .command('certificate')
    .description('Print the signed statement of a complete erasure, as JSON')
    .argument('<erasure-id>')
    .action((id: string) => printCertificate(id, command.opts()));
  return command;
}

function toState(text: string): WaitState {
  if (text === 'DESTROYED' || text === 'COMPLETE') return text;
  throw new Error('--until: give DESTROYED or COMPLETE');
}

async function erase(flags: EraseFlags): Promise<void> {
  const tenant = requireTenant(flags);
  const subject = await readSubject(process.stdin);
  const asked = await askVault(flags, (vault) => vault.erase(tenant, subject, flags.reason));
  if (flags.wait !== true || asked.state === 'HELD_PENDING') {
    if (flags.json) console.log(JSON.stringify({ erasure_id: asked.erasureId, state: asked.state }));
    else console.log(`${asked.erasureId}  ${explain(asked.state)}`);
    return;
  }
  const erasure = await waitFor(asked.erasureId, flags);
  print(erasure, flags);
}

async function waitFor(erasureId: string, flags: EraseFlags): Promise<Erasure> {
  const giveUpAt = Date.now() + flags.timeout * 1000;
  for (;;) {
    const erasure = await askVault(flags, (vault) => vault.readErasure(erasureId));
    if (erasure.state === 'COMPLETE' || erasure.state === flags.until) return erasure;
    if (Date.now() > giveUpAt) {
      throw new Error(
        `${erasureId} is ${erasure.state} after ${flags.timeout} s. It goes on by itself: docket erase status ${erasureId}`,
      );
    }
    await sleep(POLL_MS);
  }
}

async function show(erasureId: string, flags: Flags): Promise<void> {
  print(await askVault(flags, (vault) => vault.readErasure(erasureId)), flags);
}

async function list(flags: Flags & { tenant?: string }): Promise<void> {
  const tenant = requireTenant(flags);
  const erasures = await askVault(flags, (vault) => vault.listErasures(tenant));
  if (flags.json) return console.log(JSON.stringify({ erasures: erasures.map(toJson) }));
  if (erasures.length === 0) return console.log('There is no erasure of this tenant.');
  for (const { erasureId, state, requestedAtMs } of erasures)
    console.log(`${erasureId}  ${state.padEnd(12)}  asked for ${timeOf(requestedAtMs)}`);
}

async function printCertificate(erasureId: string, flags: Flags): Promise<void> {
  const { certificate, state } = await askVault(flags, (vault) => vault.readErasure(erasureId));
  if (certificate === null)
    throw new Error(`There is no certificate yet: the erasure is ${state}. ${explain(state)}`);
  console.log(JSON.stringify(certificate, null, 2));
}

function requireTenant({ tenant }: { tenant?: string }): string {
  if (tenant === undefined || tenant === '') throw new Error('Say whose subject it is: --tenant <id>');
  return tenant;
}

function print(erasure: Erasure, flags: Flags): void {
  if (flags.json) {
    console.log(JSON.stringify(toJson(erasure)));
    return;
  }
  console.log(`${erasure.erasureId}  ${explain(erasure.state)}`);
  const times: readonly (readonly [string, number | null])[] = [
    ['asked for', erasure.requestedAtMs],
    ['barriers', erasure.erasingAtMs],
    ['destroyed', erasure.destroyedAtMs],
    ['complete', erasure.completedAtMs],
  ];
  for (const [what, ms] of times) if (ms !== null) console.log(`  ${what.padEnd(10)} ${timeOf(ms)}`);
}

function toJson(erasure: Erasure): object {
  return {
    erasure_id: erasure.erasureId,
    tenant: erasure.tenant,
    state: erasure.state,
    requested_at_ms: erasure.requestedAtMs,
    erasing_at_ms: erasure.erasingAtMs,
    destroyed_at_ms: erasure.destroyedAtMs,
    completed_at_ms: erasure.completedAtMs,
    certified: erasure.certificate !== null,
  };
}

function explain(state: Erasure['state']): string {
  switch (state) {
    case 'HELD_PENDING':
      return 'HELD_PENDING: a hold keeps it back; it is carried out when the last hold is lifted';
    case 'ERASING':
      return 'ERASING: the key is out of use and about to be destroyed';
    case 'DESTROYED':
      return 'DESTROYED: nothing that is stored opens any more; raw topics and quarantine are still to be emptied';
    case 'COMPLETE':
      return 'COMPLETE: certified';
  }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
