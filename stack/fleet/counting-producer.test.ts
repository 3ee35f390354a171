import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameSingleObject, readFrame } from '../../domain/contract/wire.ts';
import { compileDecodeStage } from '../../domain/recording/decode-event.ts';
import type { OutgoingRecord } from '../../platform/kafka/event-producer.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { sampleDecision } from '../../test/support/sample-events.ts';
import { countingProducer } from './counting-producer.ts';
import { FleetLedger } from './ledger.ts';
import { troubleAfter, troubleRandom } from './make-trouble.ts';

const TOPIC = 'docket.decisions.v1';
const schema = loadReleasedSchemas().newest('decision');
const record: OutgoingRecord = {
  key: 'acme|guard-1',
  value: frameSingleObject(schema, schema.encode(sampleDecision())),
};

test('what is counted is what was acknowledged, trouble included', async () => {
  const log: OutgoingRecord[] = [];
  let failNext = true;
  const ledger = new FleetLedger();
  const producer = countingProducer(
    {
      send: async (_topic, records) => {
        if (failNext) {
          failNext = false;
          throw new Error('away');
        }
        log.push(...records);
      },
      close: async () => {},
    },
    {
      ledger,
      onFailure: () => {},
      troubleAfter: (sent, index) =>
        index === 1
          ? [
              { kind: 'duplicate', record: sent },
              { kind: 'poison', record: sent },
            ]
          : [],
    },
  );
  await assert.rejects(producer.send(TOPIC, [record, record]), /away/);
  assert.deepEqual(ledger.counts().sent, {});
  await producer.send(TOPIC, [record, record, record]);
  await producer.close();
  assert.equal(log.length, 5);
  assert.deepEqual(ledger.counts().sent, { [TOPIC]: 5 });
  assert.deepEqual(ledger.counts().byRoute, { sdk: 3, duplicates: 1, poison: 1 });
});

test('trouble is rare, follows from the seed, and poison can be read by nobody', () => {
  const decode = compileDecodeStage(loadReleasedSchemas(), 'decision');
  const all = () =>
    Array.from({ length: 30_000 }, (_, index) =>
      troubleAfter(record, troubleRandom(1, 'acme/guard-1', index)),
    );
  const troubles = all().flat();
  const poison = troubles.filter(({ kind }) => kind === 'poison');
  const duplicates = troubles.filter(({ kind }) => kind === 'duplicate');
  assert.ok(poison.length > 35 && poison.length < 90, `${poison.length}`);
  assert.ok(duplicates.length > 70 && duplicates.length < 140, `${duplicates.length}`);
  for (const each of duplicates) assert.equal(each.record, record);
  const faults = new Set<string>();
  for (const each of poison) {
    const verdict = decode(each.record.value, () => {});
    assert.equal(verdict.kind, 'reject');
    if (verdict.kind === 'reject') faults.add(verdict.reason);
  }
  assert.deepEqual([...faults].sort(), ['truncated', 'unknown_fingerprint']);
  assert.deepEqual(all().flat(), troubles);
  assert.ok(readFrame(record.value, loadReleasedSchemas()).ok);
});
