import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import type { FieldPlace, ScrubStore } from './ports.ts';
import { SCRUBBED } from './scrub-leak.ts';

const AT = 'topic = {topic: String} AND partition = {partition: Int32} AND offset = {offset: Int64}';
const NO_SALT = "toFixedString('', 16)";

/** Scrubbing in ClickHouse. Tables and columns are those of the schemas, never text that somebody typed. */
export function createScrubStore(clickhouse: ClickHouse): ScrubStore {
  return {
    readField: async (place) => {
      const [row] = await clickhouse.query<{ tenant: string; scrubbed: number; day: number }>(
        `SELECT tenant_id AS tenant, ${isScrubbed(place)} AS scrubbed, toYYYYMMDD(append_time) AS day
         FROM ${place.table} WHERE ${AT}`,
        coordinatesOf(place),
      );
      return row === undefined
        ? null
        : { tenantId: row.tenant, isScrubbed: row.scrubbed === 1, appendDay: row.day };
    },
    hasStatement: async (leakId) => {
      const [row] = await clickhouse.query<{ found: number }>(
        "SELECT count() AS found FROM statements WHERE about = toUUID({leakId: String}) AND kind = 'SCRUB'",
        { leakId },
      );
      return (row?.found ?? 0) > 0;
    },
    scrub: (place, appendDay) =>
      clickhouse.command(
        `ALTER TABLE ${place.table} UPDATE \`${place.column}\` = ${scrubbedValue(place)}, salt = ${NO_SALT}
         IN PARTITION ${Math.trunc(appendDay)} WHERE ${AT} SETTINGS mutations_sync = 2`,
        coordinatesOf(place),
      ),
  };
}

function isScrubbed({ column, repeated }: FieldPlace): string {
  const text = repeated
    ? `arrayAll(text -> text = '${SCRUBBED}', \`${column}\`)`
    : `ifNull(\`${column}\` = '${SCRUBBED}', 0)`;
  return `toUInt8(${text} AND salt = ${NO_SALT})`;
}

function scrubbedValue({ column, repeated }: FieldPlace): string {
  return repeated ? `arrayMap(text -> '${SCRUBBED}', \`${column}\`)` : `'${SCRUBBED}'`;
}

function coordinatesOf({ topic, partition, offset }: FieldPlace) {
  return { topic, partition, offset };
}
