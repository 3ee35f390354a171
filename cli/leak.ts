import { Command } from 'commander';
import { fitsSafeGrammar } from '../domain/contract/safe-grammar.ts';
import { parseUuid } from '../domain/contract/uuid.ts';
import { withLeaks } from './leak/open-leaks.ts';
import { leakToJson, renderLeaks } from './leak/render-leaks.ts';
import type { ConnectionFlags } from './quarantine/open-quarantine.ts';
import { wholeNumber } from './quarantine/parse-number.ts';
import { withStoreConnection } from './store-connection.ts';

type ListFlags = ConnectionFlags & { all?: true; json?: true; limit: number };
type AcknowledgeFlags = ConnectionFlags & { note: string };

const MAX_IDS = 100;

/** `docket leak list | acknowledge`: what was found where it must not be. */
export function leakCommand(): Command {
  const command = new Command('leak').description(
    'List and acknowledge leaks; both are themselves recorded in the access log',
  );
  withStoreConnection(
    command.command('list').description('List leaks that nobody has acknowledged, newest first'),
  )
    .option('--all', 'acknowledged ones as well')
    .option('--limit <leaks>', 'most leaks to list', wholeNumber(1, 10_000), 100)
    .option('--json', 'one JSON object a line')
    .action(list);
  withStoreConnection(command.command('acknowledge').description('Say that leaks are dealt with'))
    .argument('<leaks...>', 'ids of leaks')
    .requiredOption('--note <code>', 'what was done, as a code such as rule-mended')
    .action(acknowledge);
  return command;
}

async function list(flags: ListFlags): Promise<void> {
  await withLeaks(flags, async ({ leaks, recordAccess }) => {
    const found = await leaks.list(flags.all === true, flags.limit);
    const filters = { state: flags.all === true ? 'all' : 'unacknowledged' };
    await recordAccess({ action: 'leak.list', filters, rows: found.length });
    if (flags.json) for (const leak of found) console.log(JSON.stringify(leakToJson(leak)));
    else console.log(renderLeaks(found));
  });
}

async function acknowledge(ids: readonly string[], flags: AcknowledgeFlags): Promise<void> {
  const wanted = parseLeakIds(ids);
  if (flags.note === '' || !fitsSafeGrammar(flags.note))
    throw new Error('--note: give a code of letters, digits and . _ : / ~ + -, such as rule-mended');
  await withLeaks(flags, async ({ leaks, recordAccess }) => {
    const found = await leaks.read(wanted);
    const known = new Set(found.map(({ id }) => id));
    const unknown = wanted.filter((id) => !known.has(id));
    if (unknown.length > 0)
      throw new Error(`there is no leak ${unknown.join(', ')}; nothing is acknowledged`);
    const filters = { leaks: wanted.join(' '), note: flags.note };
    const by = await recordAccess({ action: 'leak.acknowledge', filters, rows: wanted.length });
    await leaks.acknowledge(wanted, by, flags.note);
    console.log(`${wanted.length} acknowledged`);
  });
}

/** Ids of leaks, each once, in lower case. Throws an Error for one that is none, or for too many. */
export function parseLeakIds(ids: readonly string[]): string[] {
  if (ids.length > MAX_IDS) throw new Error(`give at most ${MAX_IDS} ids`);
  return [
    ...new Set(
      ids.map((id) => {
        if (parseUuid(id) === null)
          throw new Error(`an id of a leak is a UUID; ${JSON.stringify(id)} is none`);
        return id.toLowerCase();
      }),
    ),
  ];
}
