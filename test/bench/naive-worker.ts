import { createClient } from '@clickhouse/client';
import avro from 'avsc';
import type { Decision } from '../../domain/contract/events.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { type ConsumedRecord, type ConsumeOptions, consumeTopic } from './consume-topic.ts';
import { toNaiveRow } from './naive-row.ts';
import { joinParent } from './run-worker.ts';

export interface NaiveOptions extends ConsumeOptions {
  readonly clickHouseUrl: string;
  readonly table: string;
}

const BATCH_ROWS = 10_000;
const CONFLUENT_HEADER_BYTES = 5;

// The path that anyone would write first: decode with avsc, one pass of regular expressions, insert as JSONEachRow.
const { options, report } = joinParent<NaiveOptions>();
const schemas = new Map(
  loadReleasedSchemas().all.map(({ id, text }) => [id, avro.Type.forSchema(JSON.parse(text))]),
);
const clickhouse = createClient({ url: options.clickHouseUrl });
let rows: object[] = [];
report(0);
await consumeTopic(options, async (records) => {
  for (const record of records) {
    const decision = decode(record.value);
    if (decision !== null) rows.push(toNaiveRow(options.topic, record, decision));
    if (rows.length >= BATCH_ROWS) await flush();
  }
});

function decode(value: ConsumedRecord['value']): Decision | null {
  if (value === null) return null;
  return schemas.get(value.readUInt32BE(1))?.fromBuffer(value.subarray(CONFLUENT_HEADER_BYTES)) ?? null;
}

async function flush(): Promise<void> {
  const values = rows;
  rows = [];
  await clickhouse.insert({ table: options.table, values, format: 'JSONEachRow' });
}
