import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selfTimeByStage } from './stage-times.ts';

const cases: readonly (readonly [string, string, string | null])[] = [
  ['emit', 'file:///x/services/recorder/place-event.ts', 'services/recorder'],
  ['decode', 'file:///x/domain/avro/decode.ts', 'domain/avro'],
  ['fetch', 'file:///x/node_modules/kafkajs/src/broker/index.js', 'kafkajs'],
  ['exec', 'file:///x/node_modules/@clickhouse/client/dist/client.js', '@clickhouse/client'],
  ['hash', 'node:internal/crypto/hash', 'node:crypto'],
  ['load', 'node:internal/modules/esm/loader', null],
  ['(garbage collector)', '', '(garbage collector)'],
  ['(idle)', '', null],
  ['utf8Write', '', '(native)'],
];
for (const [functionName, url, stage] of cases) {
  test(`${functionName} in ${url || 'no file'} counts as ${stage ?? 'nothing'}`, () => {
    const nodes = [{ id: 1, callFrame: { functionName, url } }];
    const times = selfTimeByStage({ nodes, samples: [1, 1], timeDeltas: [100, 250] });
    assert.deepEqual([...times], stage === null ? [] : [[stage, 350]]);
  });
}
