import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { INPUTS } from '../domain/contract/inputs.ts';
import { openLogBounds } from '../platform/kafka/log-bounds.ts';
import { type ConnectionFlags, payloadOpenerOf, withQuarantine } from './quarantine/open-quarantine.ts';
import { wholeNumber } from './quarantine/parse-number.ts';
import {
  filtersOf,
  parseCoordinates,
  readSelection,
  type SelectionFlags,
} from './quarantine/read-selection.ts';
import {
  renderContent,
  renderProgress,
  renderRecord,
  renderReport,
  renderTable,
  toJson,
} from './quarantine/render-quarantined.ts';
import { replayQuarantined } from './quarantine/replay-quarantined.ts';
import { withStoreConnection } from './store-connection.ts';
import type { VaultFlags } from './vault/reach-vault.ts';

type ListFlags = ConnectionFlags & SelectionFlags & { limit: number; json?: true };
type ShowFlags = ConnectionFlags & VaultFlags & { reveal?: true };
type ReplayFlags = ConnectionFlags &
  SelectionFlags &
  VaultFlags & {
    dryRun?: true;
    limit: number;
    batch: number;
    timeout: number;
    wait: boolean;
  };

/** `docket quarantine list | show | replay`: what could not be recorded, and its way back. */
export function quarantineCommand(): Command {
  const command = new Command('quarantine').description(
    'List, show and replay records that could not be recorded; each of these is itself recorded as a read',
  );
  withSelection(
    withStoreConnection(command.command('list').description('List quarantined records, newest first')),
  )
    .option('--limit <records>', 'most records to list', wholeNumber(1, 10_000), 50)
    .option('--json', 'one JSON object a line')
    .action(list);
  withKeys(withStoreConnection(command.command('show').description('Show one quarantined record')))
    .argument('<record>', 'as <topic>/<partition>/<offset>')
    .option('--reveal', 'decrypt its payload and show it: it may hold personal data')
    .action(show);
  const replaying = command.command('replay').description('Publish quarantined records anew');
  withSelection(withKeys(withStoreConnection(replaying)))
    .argument('[records...]', 'as <topic>/<partition>/<offset>; without any, all that the filters select')
    .option('--dry-run', 'send nothing; say what would be sent')
    .option('--limit <records>', 'most records to send', wholeNumber(1, 100_000_000), 100_000_000)
    .option('--batch <records>', 'most records to send at once', wholeNumber(1, 10_000), 500)
    .option('--timeout <seconds>', 'longest wait for the recorder', wholeNumber(1, 86_400), 120)
    .option('--no-wait', 'do not wait for what becomes of them')
    .action(replay);
  return command;
}

/** Payloads open with keys from the vault only. */
function withKeys(command: Command): Command {
  const env = process.env;
  return command
    .option('--vault <url>', 'address of the vault', env.DOCKET_VAULT_URL ?? 'http://127.0.0.1:7075')
    .option(
      '--token-file <file>',
      'file with an operator’s token for it; else DOCKET_VAULT_TOKEN is the token',
    );
}

function withSelection(command: Command): Command {
  return command
    .option('--topic <name>', 'of this topic only')
    .option('--reason <code>', 'quarantined for this reason only')
    .option('--tenant <id>', 'of this tenant only, where it could be read')
    .option('--since <time>', 'appended at or after: RFC 3339, or how long ago, such as 2h')
    .option('--until <time>', 'appended before');
}

async function list(flags: ListFlags): Promise<void> {
  const selection = readSelection(flags, [], Date.now());
  await withQuarantine(flags, async ({ store, recordAccess }) => {
    const records = await store.list(selection, flags.limit);
    await recordAccess({ action: 'quarantine.list', filters: filtersOf(selection), rows: records.length });
    if (flags.json) for (const record of records) console.log(JSON.stringify(toJson(record)));
    else console.log(renderTable(records));
  });
}

async function show(text: string, flags: ShowFlags): Promise<void> {
  const at = parseCoordinates(text);
  const open = flags.reveal ? await payloadOpenerOf(flags) : null;
  await withQuarantine(flags, async ({ store, recordAccess }) => {
    const selection = readSelection({}, [text], Date.now());
    const [record] = await store.list(selection, 1);
    const action = open === null ? 'quarantine.show' : 'quarantine.reveal';
    await recordAccess({ action, filters: filtersOf(selection), rows: record === undefined ? 0 : 1 });
    if (record === undefined) throw new Error(`there is no quarantined record at ${text}`);
    console.log(renderRecord(record));
    if (open === null) return;
    const box = (await store.readBoxes(at.topic, at.partition, [at.offset])).get(at.offset);
    if (box === undefined)
      throw new Error('its payload is not kept: it had none, or the key of its day was destroyed before');
    const opened = await open(at, box);
    if (!opened.ok) throw new Error(opened.problem);
    console.log(`\n${renderContent(opened.content)}`);
  });
}

async function replay(texts: readonly string[], flags: ReplayFlags): Promise<void> {
  const selection = readSelection(flags, texts, Date.now());
  const open = await payloadOpenerOf(flags);
  const dryRun = flags.dryRun === true;
  const log = await openLogBounds({ brokers: flags.brokers.split(','), clientId: 'docket-cli' });
  try {
    await withQuarantine(flags, async ({ store, producer, recordAccess }) => {
      const groups = await store.count(selection);
      const rows = groups.reduce((sum, group) => sum + group.records, 0);
      await recordAccess({ action: 'quarantine.replay', filters: filtersOf(selection), rows });
      for (const { reason, tenant, records } of groups)
        console.error(`${records} selected: ${reason}, tenant ${tenant ?? 'unknown'}`);
      const topics = INPUTS.map((input) => input.topic);
      const options = {
        dryRun,
        batchRecords: flags.batch,
        timeoutMs: flags.timeout * 1000,
        wait: flags.wait,
        maxRecords: flags.limit,
      };
      const report = await replayQuarantined(selection, topicsOf(selection, topics), options, {
        store,
        send: producer.sendTo,
        logEnds: async (topic) =>
          new Map((await log.read(topic)).map(({ partition, end }) => [partition, end])),
        open,
        progress: (counts) => console.error(renderProgress(counts, dryRun)),
        sleep: (ms) => sleep(ms),
      });
      console.log(renderReport(report, dryRun));
      if (report.unopened.size > 0 || report.tooLarge > 0) process.exitCode = 1;
    });
  } finally {
    await log.close();
  }
}

/** Topics that the selection can be about: only these need be recorded to their ends. */
function topicsOf(
  { topic, coordinates }: ReturnType<typeof readSelection>,
  all: readonly string[],
): readonly string[] {
  if (topic !== null) return [topic];
  return coordinates.length === 0 ? all : [...new Set(coordinates.map((at) => at.topic))];
}
