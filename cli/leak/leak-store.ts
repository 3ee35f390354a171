import type { ClickHouse } from '../../platform/clickhouse/client.ts';

/** A leak as it stands in the store: coordinates, never a value. */
export interface StoredLeak {
  readonly id: string;
  readonly foundAtMs: number;
  readonly tenantId: string;
  readonly source: string;
  readonly service: string;
  readonly table: string;
  readonly topic: string | null;
  readonly partition: number | null;
  readonly offset: number | null;
  readonly path: string;
  readonly rule: string;
  readonly count: number;
  /** Why it was acknowledged; null while it is not. */
  readonly note: string | null;
}

/** Leaks and their acknowledgements. Every method throws when the store does not answer. */
export interface LeakStore {
  /** Newest first; without `all` those only that nobody has acknowledged. */
  list(all: boolean, limit: number): Promise<StoredLeak[]>;
  read(ids: readonly string[]): Promise<StoredLeak[]>;
  /** Every leak of a field of a record. */
  readField(leak: Pick<StoredLeak, 'topic' | 'partition' | 'offset' | 'path'>): Promise<StoredLeak[]>;
  /** @param by id of the access in the access log, which has a token of who it was */
  acknowledge(ids: readonly string[], by: string, note: string): Promise<void>;
}

// Twice the same leak is one: which of the two rows stands makes no difference but for the time.
const LEAKS = `
SELECT toString(leak_id) AS id, toUnixTimestamp64Milli(found) AS foundAtMs, tenant AS tenantId, source, service,
  of_table AS table, topic, partition, offset, path, rule, found_count AS count, note
FROM (
  SELECT leak_id, min(found_at) AS found, any(tenant_id) AS tenant, any(source) AS source, any(service) AS service,
    any(leaks.table) AS of_table, any(topic) AS topic, any(partition) AS partition, any(offset) AS offset,
    any(path) AS path, any(rule) AS rule, any(count) AS found_count
  FROM leaks GROUP BY leak_id
) AS found_leaks
LEFT JOIN (
  SELECT leak_id, CAST(argMax(note_code, acknowledged_at) AS Nullable(String)) AS note
  FROM leak_acknowledgements GROUP BY leak_id
) AS notes USING leak_id`;

export function createLeakStore(clickhouse: ClickHouse): LeakStore {
  const read = (condition: string, parameters: Record<string, unknown>) =>
    clickhouse.query<StoredLeak>(
      `${LEAKS} WHERE ${condition} ORDER BY found DESC, leak_id SETTINGS join_use_nulls = 1`,
      parameters,
    );
  return {
    list: (all, limit) =>
      clickhouse.query<StoredLeak>(
        `${LEAKS} WHERE ${all ? '1' : 'note IS NULL'} ORDER BY found DESC, leak_id LIMIT {limit: UInt32}
         SETTINGS join_use_nulls = 1`,
        { limit },
      ),
    read: (ids) => read('leak_id IN (SELECT toUUID(arrayJoin({ids: Array(String)})))', { ids }),
    readField: ({ topic, partition, offset, path }) =>
      read(
        'topic = {topic: String} AND partition = {partition: Int32} AND offset = {offset: Int64} AND path = {path: String}',
        { topic, partition, offset, path },
      ),
    acknowledge: (ids, by, note) => {
      const acknowledged_at = new Date().toISOString().replace(/[TZ]/g, ' ').trim();
      const rows = ids.map((id) => ({ leak_id: id, acknowledged_at, by, note_code: note }));
      return clickhouse.insertRows('leak_acknowledgements', rows);
    },
  };
}
