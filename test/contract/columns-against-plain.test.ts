import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { INPUTS, type Input } from '../../domain/contract/inputs.ts';
import { frameConfluent, frameSingleObject } from '../../domain/contract/wire.ts';
import { ReplayedOrigins } from '../../domain/recording/replayed-origins.ts';
import { SeenEvents } from '../../domain/recording/seen-events.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { createTextRedactor } from '../../domain/redaction/text-redactor.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { createRecordJudge } from '../../services/recorder/judge-records.ts';
import { arbitraryRecord } from '../support/arbitrary-event.ts';
import { compilePlainRecorder } from '../support/plain-recorder.ts';
import { rowsOfBatch } from '../support/rows-of-batch.ts';

const registry = loadReleasedSchemas();
const rules = {
  registry,
  redactor: createTextRedactor(),
  makeToken: () => Buffer.alloc(16, 1),
  sealPayload: () => null,
};
const APPEND_MS = Date.UTC(2026, 2, 1);
const nothingStored = async () => new Map();

function arbitraryValues(input: Input): fc.Arbitrary<Buffer> {
  const schema = registry.newest(input.subject);
  return fc
    .tuple(arbitraryRecord(schema.type), fc.boolean())
    .map(([event, confluent]) =>
      confluent
        ? frameConfluent(schema, schema.encode(event))
        : frameSingleObject(schema, schema.encode(event)),
    );
}

for (const input of INPUTS) {
  test(`columns say of any ${input.subject} what the plain form says`, async () => {
    const at = { topic: input.topic, partition: 0 };
    const judge = createRecordJudge(input, at, rules);
    const plain = compilePlainRecorder(input, rules);
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryValues(input), { minLength: 1, maxLength: 8 }), async (values) => {
        const records: SourceRecord[] = values.map((value, offset) => ({
          ...at,
          offset,
          appendMs: APPEND_MS,
          key: null,
          origin: null,
          value,
        }));
        const batch = await judge(
          records,
          { seen: new SeenEvents(), origins: new ReplayedOrigins() },
          nothingStored,
        );
        const expected = await plain(records, new Map(), nothingStored, new Map());
        assert.deepEqual(rowsOfBatch(registry, input, batch), expected);
        assert.deepEqual(Buffer.from(batch.leaves), Buffer.concat(expected.map((row) => row.leaf)));
      }),
      { numRuns: 40 },
    );
  });
}
