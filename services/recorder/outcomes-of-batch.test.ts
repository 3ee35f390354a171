import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputOf } from '../../domain/contract/inputs.ts';
import { frameSingleObject } from '../../domain/contract/wire.ts';
import { ReplayedOrigins } from '../../domain/recording/replayed-origins.ts';
import { SeenEvents } from '../../domain/recording/seen-events.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { createTextRedactor } from '../../domain/redaction/text-redactor.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { NO_KEYS, PATIENT } from '../../test/support/memory-vault.ts';
import { sampleDecision } from '../../test/support/sample-events.ts';
import { createRecordJudge } from './judge-records.ts';
import { outcomesOf } from './outcomes-of-batch.ts';

const registry = loadReleasedSchemas();
const input = inputOf('decision');
const judge = createRecordJudge(
  input,
  { topic: input.topic, partition: 0 },
  {
    registry,
    redactor: createTextRedactor(),
  },
  NO_KEYS,
);

test('a batch tells its failures by place, reason and tenant, and how many records each tenant has', async () => {
  const schema = registry.newest('decision');
  const decision = (changes = {}) => {
    const event = sampleDecision({ decided_at: 1_000_000, ...changes });
    return frameSingleObject(schema, schema.encode(event));
  };
  const at = (
    offset: number,
    key: string | null,
    value: Buffer,
    origin: string | null = null,
  ): SourceRecord => ({
    topic: 'docket.decisions.v1',
    partition: 0,
    offset,
    appendMs: 1_000 + offset,
    key: key === null ? null : Buffer.from(key),
    origin: origin === null ? null : Buffer.from(origin),
    value,
    bytes: value.length,
  });
  const records = [
    at(10, 'acme|guard-1', decision()),
    at(12, 'acme|guard-1', Buffer.from('hello')),
    at(13, 'globex|guard-2', decision({ latency_us: -1, tenant_id: 'initech' })),
    at(14, null, Buffer.from('hello'), '0/12'),
  ];
  const judged = await judge(
    records,
    { seen: new SeenEvents(), origins: new ReplayedOrigins() },
    async () => new Map(),
    PATIENT,
  );
  assert.deepEqual(outcomesOf(records, judged), {
    records: 4,
    appendMs: 1_014,
    recordsByTenant: new Map([
      ['acme', 2],
      ['globex', 1],
    ]),
    failures: [
      { index: 1, offset: 12, reason: 'unknown_wire_form', tenant: 'acme', isReplay: false },
      { index: 2, offset: 13, reason: 'number_out_of_range', tenant: 'initech', isReplay: false },
      { index: 3, offset: 14, reason: 'unknown_wire_form', tenant: null, isReplay: true },
    ],
  });
});
