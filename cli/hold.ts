import { Command } from 'commander';
import { askVault, readSubject, type VaultFlags, withVault } from './vault/reach-vault.ts';

type Flags = VaultFlags & { json?: true };
type PlaceFlags = Flags & { tenant: string; reason: string; wholeTenant?: true };

/** `docket hold place | release | list`: what must not be erased for now, by law. */
export function holdCommand(): Command {
  const command = new Command('hold').description(
    'Place and lift legal holds: they keep erasure and retention back',
  );
  withVault(
    command.command('place').description('Hold a subject, read from standard input, or a whole tenant'),
  )
    .requiredOption('--tenant <id>', 'the tenant')
    .requiredOption('--reason <text>', 'why, such as the number of the case; name nobody in it')
    .option('--whole-tenant', 'hold everything of the tenant; nothing is read from standard input')
    .action(place);
  withVault(
    command.command('release').description('Lift a hold; erasures that waited for it are carried out'),
  )
    .argument('<hold-id>')
    .action(release);
  withVault(command.command('list').description('List the holds of a tenant that are in force'))
    .requiredOption('--tenant <id>', 'the tenant')
    .action(list);
  return command;
}

async function place(flags: PlaceFlags): Promise<void> {
  const subject = flags.wholeTenant ? null : await readSubject(process.stdin);
  const holdId = await askVault(flags, (vault) => vault.placeHold(flags.tenant, subject, flags.reason));
  console.log(flags.json ? JSON.stringify({ hold_id: holdId }) : holdId);
}

async function release(holdId: string, flags: Flags): Promise<void> {
  await askVault(flags, (vault) => vault.releaseHold(holdId));
  console.log(flags.json ? JSON.stringify({ hold_id: holdId, released: true }) : `${holdId} is lifted`);
}

async function list(flags: Flags & { tenant: string }): Promise<void> {
  const holds = await askVault(flags, (vault) => vault.listHolds(flags.tenant));
  if (flags.json) {
    const rows = holds.map(({ holdId, kind, subjectToken, placedAtMs }) => ({
      hold_id: holdId,
      kind,
      subject_token: subjectToken?.toString('hex') ?? null,
      placed_at_ms: placedAtMs,
    }));
    return console.log(JSON.stringify({ holds: rows }));
  }
  if (holds.length === 0) return console.log('Nothing of this tenant is held.');
  for (const { holdId, kind, subjectToken, placedAtMs } of holds) {
    const what =
      kind === 'tenant'
        ? 'the whole tenant'
        : `subject ${subjectToken?.toString('hex') ?? '(nothing stored)'}`;
    console.log(`${holdId}  ${what}  since ${new Date(placedAtMs).toISOString()}`);
  }
}
