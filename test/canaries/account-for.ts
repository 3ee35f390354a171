import { INPUTS } from '../../domain/contract/inputs.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import type { Fate, PlantedEvent } from './plant/planted-event.ts';

export interface Account {
  /** Canaries by what became of their event. */
  readonly byFate: Readonly<Record<string, number>>;
  /** Events of which there is no trace, or another one than there should be. */
  readonly unaccounted: readonly { readonly event: PlantedEvent; readonly became: string }[];
}

/** Looks up what became of every event that was planted. Everything that was appended must be recorded by now. */
export async function accountFor(events: readonly PlantedEvent[], clickhouse: ClickHouse): Promise<Account> {
  const fates = await readFates(clickhouse);
  const byFate: Record<string, number> = {};
  const unaccounted: { event: PlantedEvent; became: string }[] = [];
  const reasons = await readReasons(clickhouse);
  for (const event of events) {
    const became = event.told ?? fates.get(event.key ?? '') ?? 'nothing';
    byFate[became] = (byFate[became] ?? 0) + event.canaries;
    if (became !== 'nothing' && event.fates.includes(became)) continue;
    const reason = reasons.get(event.key ?? '');
    unaccounted.push({ event, became: reason === undefined ? became : `${became} (${reason})` });
  }
  return { byFate, unaccounted };
}

/** Why events were quarantined, by offset and by event id. */
async function readReasons(clickhouse: ClickHouse): Promise<ReadonlyMap<string, string>> {
  const rows = await clickhouse.query<{ at: string; id: string | null; reason: string }>(
    `SELECT concat(topic, '/', toString(partition), '/', toString(offset)) AS at, toString(event_id) AS id,
            concat(reason, ' ', ifNull(field, '')) AS reason FROM quarantine`,
  );
  return new Map(rows.flatMap(({ at, id, reason }) => [[at, reason] as const, [id ?? at, reason] as const]));
}

/** What became of every offset, event id and trace. */
async function readFates(clickhouse: ClickHouse): Promise<ReadonlyMap<string, Fate>> {
  const fates = new Map<string, Fate>();
  const read = async (table: string, fate: Fate, ids: string) => {
    const rows = await clickhouse.query<{ at: string; ids: (string | null)[] }>(
      `SELECT concat(topic, '/', toString(partition), '/', toString(offset)) AS at, ${ids} AS ids FROM ${table}`,
    );
    for (const row of rows) {
      for (const key of [row.at, ...row.ids]) if (key !== null && !fates.has(key)) fates.set(key, fate);
    }
  };
  for (const { table, idField, subject } of INPUTS) {
    const trace = subject === 'decision' ? ', lower(hex(trace_id))' : '';
    await read(table, 'recorded', `[toString(${idField})${trace}]`);
  }
  await read('duplicates', 'duplicate', '[toString(event_id)]');
  await read('quarantine', 'quarantined', '[toString(event_id)]');
  return fates;
}
