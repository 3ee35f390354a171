import { recordToJson, rfc3339FromMs } from '../../../domain/audit/record-json.ts';
import type { Search } from '../../../domain/audit/search-filters.ts';
import { inputOf } from '../../../domain/contract/inputs.ts';
import type { SchemaRegistry } from '../../../domain/contract/registry.ts';
import { compileRowReader } from '../../../domain/contract/rows.ts';
import type { QueryParameters } from '../../../platform/clickhouse/client.ts';
import type { StoredRecord } from '../ports.ts';
import { type BoundedReader, tenantSelect } from './tenant-select.ts';

type Row = Readonly<Record<string, unknown>>;
type Filters = Readonly<Record<string, string>>;

const NEWEST_FIRST = 'ORDER BY append_time DESC, topic DESC, partition DESC, offset DESC';

/** A condition that is no filter of the reader's own, with its parameters. */
interface ExtraCondition {
  readonly where: string;
  readonly parameters: QueryParameters;
}

/** A column beside the record, outside its leaf, as it is read. */
export interface BesideColumn {
  readonly name: string;
  readonly select: string;
}

/** Of somebody who was forgotten, or of nobody. */
const NO_TOKEN = "unhex(repeat('00', 16))";

/** A token that cannot be null, read as null where it stands for nobody. */
export function tokenColumn(name: string): BesideColumn {
  return { name, select: `if(${name} = ${NO_TOKEN}, NULL, lower(hex(${name})))` };
}

/** Reads records of one table, in the form of the contract. */
export interface RecordTable {
  search(
    tenantId: string,
    search: Search,
    conditions: Filters,
    extra?: ExtraCondition,
  ): Promise<StoredRecord[]>;
  /** Oldest first. */
  find(tenantId: string, where: string, parameters: QueryParameters, limit: number): Promise<StoredRecord[]>;
}

/** A reader for the table of a subject. `tokens`: the columns beside the record with tokens of people. */
export function createRecordTable(
  reader: BoundedReader,
  registry: SchemaRegistry,
  subject: string,
  tokens: readonly BesideColumn[],
): RecordTable {
  const { table } = inputOf(subject);
  const { type } = registry.newest(`recorded-${subject}`);
  const rowReader = compileRowReader(type);
  const beside = [{ name: 'leaf_hash', select: 'lower(hex(leaf_hash))' }, ...tokens];
  const columns = [rowReader.select, ...beside.map(({ name, select }) => `${select} AS beside_${name}`)].join(
    ', ',
  );
  const toStored = (row: Row): StoredRecord => {
    const { topic, partition, offset, append_time, ...rest } = rowReader.read(row);
    const position = {
      appendMs: Number(append_time),
      topic: String(topic),
      partition: Number(partition),
      offset: Number(offset),
    };
    const { topic: _t, partition: _p, offset: _o, append_time: _a, ...json } = recordToJson(type, rest);
    return {
      position,
      json: {
        coordinates: { topic: position.topic, partition: position.partition, offset: position.offset },
        append_time: rfc3339FromMs(position.appendMs),
        ...json,
        ...Object.fromEntries(beside.map(({ name }) => [name, row[`beside_${name}`]])),
      },
    };
  };
  return {
    search: async (tenantId, search, conditions, extra) => {
      const statement = searchStatement(table, columns, search, conditions, extra);
      const parameters = { ...searchParameters(search), ...extra?.parameters };
      return (await reader.rows<Row>(`${table}_search`, tenantId, statement, parameters)).map(toStored);
    },
    find: async (tenantId, where, parameters, limit) => {
      const tail = `ORDER BY append_time, topic, partition, offset LIMIT ${limit}`;
      const statement = tenantSelect({ columns, from: table, where, tail });
      return (await reader.rows<Row>(`${table}_find`, tenantId, statement, parameters)).map(toStored);
    },
  };
}

/**
 * The page's coordinates are found first, from narrow columns, and whole rows are read for those alone: a row has
 * some seventy columns, and the range of a search may hold millions of rows.
 */
function searchStatement(
  table: string,
  columns: string,
  search: Search,
  conditions: Filters,
  extra: ExtraCondition | undefined,
): string {
  const range = [
    "append_time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')",
    "append_time < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')",
  ];
  if (search.after !== null) {
    range.push(
      "append_time <= fromUnixTimestamp64Milli({after_ms:Int64}, 'UTC')",
      "(append_time, topic, partition, offset) < (fromUnixTimestamp64Milli({after_ms:Int64}, 'UTC'), {after_topic:String}, {after_partition:Int32}, {after_offset:Int64})",
    );
  }
  const asked = Object.keys(search.equals).flatMap((name) => conditions[name] ?? []);
  if (extra !== undefined) asked.push(extra.where);
  const coordinates = tenantSelect({
    columns: 'topic, partition, offset',
    from: table,
    where: [...range, ...asked].join(' AND '),
    tail: `${NEWEST_FIRST} LIMIT {rows:UInt32}`,
  });
  return tenantSelect({
    columns,
    from: table,
    where: [...range, `(topic, partition, offset) IN (${coordinates})`].join(' AND '),
    tail: `${NEWEST_FIRST} LIMIT {rows:UInt32}`,
  });
}

function searchParameters(search: Search): QueryParameters {
  const { after } = search;
  const filters = Object.fromEntries(
    Object.entries(search.equals).map(([name, value]) => [`filter_${name}`, value]),
  );
  return {
    ...filters,
    from_ms: search.fromMs,
    to_ms: search.toMs,
    rows: search.limit + 1,
    ...(after === null
      ? {}
      : {
          after_ms: after.appendMs,
          after_topic: after.topic,
          after_partition: after.partition,
          after_offset: after.offset,
        }),
  };
}
