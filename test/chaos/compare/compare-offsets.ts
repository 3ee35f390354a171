import { INPUTS } from '../../../domain/contract/inputs.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import type { LogBoundsReader } from '../../../platform/kafka/log-bounds.ts';
import { loadReleasedSchemas } from '../../../schemas/load-released.ts';
import type { AcknowledgedLedger } from '../acknowledged-ledger.ts';
import { judgeAcknowledged, type StoredRow } from './judge-acknowledged.ts';
import { createRootCheck } from './recompute-roots.ts';

interface LostRange {
  readonly first: number;
  readonly last: number;
  readonly cause: string;
}

export interface Offender {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly what: string;
}

export interface OffsetFigures {
  events: number;
  /** Offsets that are nowhere, or given up as lost although the log still had them. */
  lost: number;
  /** Rows and lost ranges beyond the first, over all offsets. */
  duplicate: number;
  rootMismatch: number;
  progressRows: number;
  /** Acknowledged events whose offset does not hold them, or holds them in the wrong table. */
  misjudged: number;
  acknowledged: number;
  /** Offsets that were trimmed before they were recorded. */
  trimmed: number;
  readonly offenders: Offender[];
}

interface Sources {
  readonly clickhouse: ClickHouse;
  readonly log: LogBoundsReader;
  readonly ledger: AcknowledgedLedger;
  readonly trimmed: ReadonlyMap<string, ReadonlySet<number>>;
}

const PAGE_OFFSETS = 20_000;
const MOST_OFFENDERS = 200;
const WHERE = 'topic = {topic: String} AND partition = {partition: Int32}';

/** Walks every partition from offset 0 to the log's end, page by page, beside what the tables, the log and the sender say. */
export async function compareOffsets(sources: Sources): Promise<OffsetFigures> {
  const figures: OffsetFigures = {
    events: 0,
    lost: 0,
    duplicate: 0,
    rootMismatch: 0,
    progressRows: 0,
    misjudged: 0,
    acknowledged: sources.ledger.events,
    trimmed: [...sources.trimmed.values()].reduce((sum, offsets) => sum + offsets.size, 0),
    offenders: [],
  };
  for (const { topic } of INPUTS) {
    for (const { partition, end } of await sources.log.read(topic)) {
      figures.events += end;
      await walkPartition(topic, partition, end, sources, figures);
    }
  }
  return figures;
}

async function walkPartition(
  topic: string,
  partition: number,
  end: number,
  { clickhouse, ledger, trimmed }: Sources,
  figures: OffsetFigures,
): Promise<void> {
  const offend = (offset: number, what: string) => {
    if (figures.offenders.length < MOST_OFFENDERS) figures.offenders.push({ topic, partition, offset, what });
  };
  const at = `${topic}/${partition}`;
  const expectedLost = trimmed.get(at) ?? new Set<number>();
  const lost = expand(await readLost(clickhouse, topic, partition));
  const roots = createRootCheck(loadReleasedSchemas().newest('recorded-lost'), { topic, partition });
  const acknowledged = ledger.of(at);
  let expected = acknowledged.next();

  for (let from = 0; from === 0 || from < end; from += PAGE_OFFSETS) {
    const to = from + PAGE_OFFSETS >= end ? Number.MAX_SAFE_INTEGER : from + PAGE_OFFSETS;
    const rows = groupByOffset(await readRows(clickhouse, topic, partition, from, to));
    const saved = await readRoots(clickhouse, topic, partition, from === 0 ? -1 : from, to);
    if (from === 0) figures.rootMismatch += roots.compare(0, saved);
    figures.progressRows += saved.length;
    for (let offset = from; offset < Math.min(to, end); offset++) {
      const found = rows.get(offset) ?? [];
      rows.delete(offset);
      const causes = lost.get(offset) ?? [];
      const entries = found.length + causes.length;
      if (entries === 0) {
        figures.lost++;
        offend(offset, expectedLost.has(offset) ? 'trimmed, and not in lost' : 'in no table');
      }
      if (entries > 1) {
        figures.duplicate += entries - 1;
        offend(offset, `${entries} times: ${[...found.map((row) => row.table), ...causes].join(', ')}`);
      }
      if (causes.length > 0 && !(expectedLost.has(offset) && causes[0] === 'TRIMMED')) {
        figures.lost++;
        offend(offset, `given up as ${causes[0]} although the log had it`);
      }
      roots.append(offset, found[0]?.leaf ?? null, causes[0] ?? null);
      if (expected.done !== true && expected.value.offset === offset) {
        const wrong = judgeAcknowledged(expected.value, topic, found, expectedLost);
        if (wrong !== null) {
          figures.misjudged++;
          offend(offset, wrong);
        }
        expected = acknowledged.next();
      }
      const wrongRoots = roots.compare(offset + 1, saved);
      figures.rootMismatch += wrongRoots;
      if (wrongRoots > 0)
        offend(offset, `the saved root of size ${offset + 1} does not follow from the leaves`);
    }
    for (const [offset, ghosts] of rows) {
      figures.duplicate += ghosts.length;
      offend(offset, `beyond the log's end: ${ghosts.map((row) => row.table).join(', ')}`);
    }
    const beyond = saved.filter((row) => row.size > end);
    figures.rootMismatch += beyond.length;
    if (beyond.length > 0) offend(beyond[0]?.size ?? end, "a saved root is beyond the log's end");
  }
  if (expected.done !== true) {
    figures.misjudged++;
    offend(expected.value.offset, "acknowledged, and beyond the log's end");
  }
}

function groupByOffset(rows: readonly StoredRow[]): Map<number, StoredRow[]> {
  const grouped = new Map<number, StoredRow[]>();
  for (const row of rows) {
    const known = grouped.get(row.offset);
    if (known === undefined) grouped.set(row.offset, [row]);
    else known.push(row);
  }
  return grouped;
}

function expand(ranges: readonly LostRange[]): Map<number, string[]> {
  const causes = new Map<number, string[]>();
  for (const { first, last, cause } of ranges) {
    for (let offset = first; offset <= last; offset++)
      causes.set(offset, [...(causes.get(offset) ?? []), cause]);
  }
  return causes;
}

function readLost(clickhouse: ClickHouse, topic: string, partition: number): Promise<LostRange[]> {
  return clickhouse.query<LostRange>(
    `SELECT first_offset AS first, last_offset AS last, toString(cause) AS cause FROM lost WHERE ${WHERE}`,
    { topic, partition },
  );
}

async function readRows(
  clickhouse: ClickHouse,
  topic: string,
  partition: number,
  from: number,
  to: number,
): Promise<StoredRow[]> {
  const sources = [
    ...INPUTS.map(({ table, idField }) => ({ table, id: `toString(${idField})`, content: "''" })),
    { table: 'duplicates', id: 'toString(event_id)', content: 'toString(content)' },
    { table: 'quarantine', id: "ifNull(toString(event_id), '')", content: "''" },
  ];
  const parts = sources.map(
    ({ table, id, content }) =>
      `SELECT offset, '${table}' AS table, hex(leaf_hash) AS leaf, ${id} AS id, ${content} AS content FROM ${table}
       WHERE ${WHERE} AND offset >= {from: Int64} AND offset < {to: Int64}`,
  );
  return clickhouse.query<StoredRow>(parts.join(' UNION ALL '), { topic, partition, from, to });
}

function readRoots(
  clickhouse: ClickHouse,
  topic: string,
  partition: number,
  above: number,
  to: number,
): Promise<{ size: number; root: string }[]> {
  return clickhouse.query<{ size: number; root: string }>(
    `SELECT DISTINCT next_offset AS size, hex(root) AS root FROM progress
     WHERE ${WHERE} AND size > {above: Int64} AND size <= {to: Int64} ORDER BY size`,
    { topic, partition, above, to },
  );
}
