import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { Input } from '../../../domain/contract/inputs.ts';
import type { SchemaRegistry } from '../../../domain/contract/registry.ts';
import { type TextColumn, textColumnsOf } from '../../../domain/contract/text-columns.ts';
import { LEAK_COLUMNS, LEAK_SOURCES, leakRow } from '../../../domain/leaks/leak.ts';
import { transformDigest } from '../../../domain/recording/transform-digest.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import { encodeNativeBlock, type NativeColumn } from '../../../platform/clickhouse/native-block.ts';
import type { LeakScanStore, UnacknowledgedLeaks } from '../ports.ts';

const MAX_EXECUTION_SECONDS = 10;

const UNACKNOWLEDGED = `
SELECT source, count() AS leaks FROM (SELECT leak_id, any(source) AS source FROM leaks GROUP BY leak_id)
WHERE leak_id NOT IN (SELECT leak_id FROM leak_acknowledgements) GROUP BY source`;

/** How many leaks wait for somebody. Throws ClickHouseFailure, also where there is no table yet. */
export async function readUnacknowledged(clickhouse: ClickHouse): Promise<UnacknowledgedLeaks> {
  const rows = await clickhouse.query<{ source: string; leaks: number }>(UNACKNOWLEDGED);
  return new Map(
    LEAK_SOURCES.map((source) => [source, rows.find((row) => row.source === source)?.leaks ?? 0]),
  );
}

/** Reads stored texts for the scan, and keeps how far it has come. Failures throw ClickHouseFailure. */
export function createLeakScanStore(
  clickhouse: ClickHouse,
  registry: SchemaRegistry,
  rulesetDigest: string,
): LeakScanStore {
  const transform = transformDigest(registry, rulesetDigest).toString('hex');
  const insert = async (table: string, columns: readonly NativeColumn[]) => {
    const { structure, bytes } = encodeNativeBlock(columns);
    await clickhouse.insertNative({
      table,
      structure,
      block: bytes,
      queryId: `docket-${table}-${randomUUID()}`,
      maxExecutionSeconds: MAX_EXECUTION_SECONDS,
      deadlineMs: null,
    });
  };
  return {
    readCursors: () =>
      readOffsets(
        clickhouse,
        `SELECT topic, partition, max(next_offset) AS next FROM leak_scans
         WHERE ruleset = unhex({ruleset: String}) GROUP BY topic, partition`,
        { ruleset: rulesetDigest },
      ),
    readEnds: () =>
      readOffsets(
        clickhouse,
        'SELECT topic, partition, max(next_offset) AS next FROM progress GROUP BY topic, partition',
      ),
    readTexts: async (input, partition, range) => {
      const columns = textColumnsOf(registry.newest(`recorded-${input.subject}`).type);
      if (columns.length === 0) return [];
      const rows = await clickhouse.query<Record<string, unknown>>(selectTexts(input, columns), {
        ...range,
        topic: input.topic,
        partition,
        transform,
      });
      return rows.map((row) => ({
        offset: row.offset as number,
        tenantId: String(row.tenant),
        fields: columns.map(({ path }, index) => ({ path, texts: textsOf(row[`v${index}`]) })),
      }));
    },
    saveLeaks: async (leaks) => {
      if (leaks.length === 0) return;
      const rows = leaks.map((leak) => leakRow(leak, { service: 'evaluator', rulesetDigest }));
      await insert(
        'leaks',
        LEAK_COLUMNS.map((column, index) => ({ ...column, values: rows.map((row) => row[index]) })),
      );
    },
    saveCursor: (topic, partition, nextOffset) =>
      insert('leak_scans', [
        { name: 'ruleset', type: 'FixedString(32)', values: [Buffer.from(rulesetDigest, 'hex')] },
        { name: 'topic', type: 'String', values: [topic] },
        { name: 'partition', type: 'Int32', values: [partition] },
        { name: 'next_offset', type: 'Int64', values: [nextOffset] },
      ]),
  };
}

function selectTexts(input: Input, columns: readonly TextColumn[]): string {
  const texts = columns.map(({ name }, index) => `\`${name}\` AS v${index}`).join(', ');
  return `SELECT offset, tenant_id AS tenant, ${texts} FROM ${input.table}
    WHERE topic = {topic: String} AND partition = {partition: Int32}
      AND offset >= {from: Int64} AND offset < {to: Int64} AND transform != unhex({transform: String})
    ORDER BY offset LIMIT {limit: UInt32}`;
}

function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string');
  return typeof value === 'string' ? [value] : [];
}

async function readOffsets(
  clickhouse: ClickHouse,
  sql: string,
  parameters: Record<string, unknown> = {},
): Promise<ReadonlyMap<string, number>> {
  const rows = await clickhouse.query<{ topic: string; partition: number; next: number }>(sql, parameters);
  return new Map(rows.map(({ topic, partition, next }) => [`${topic}/${partition}`, next]));
}
