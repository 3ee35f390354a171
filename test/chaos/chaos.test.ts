import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SHORT_DECK } from './plan-disturbances.ts';
import { runChaos } from './run-chaos.ts';

const KILLS = 16;

test('after kills of recorders, engine, broker and connections under load nothing is lost, doubled or miscounted', {
  timeout: 400_000,
}, async (t) => {
  const evidence: string[] = [];
  const result = await runChaos({
    seed: 7,
    kills: KILLS,
    minutes: 2,
    eventsPerSecond: 400,
    deck: SHORT_DECK,
    sabotage: null,
    keepData: false,
    progress: (line) => evidence.push(line),
  });
  t.diagnostic(JSON.stringify(result));
  const { lost, duplicate, rollup_mismatch, root_mismatch, misjudged, failure } = result;
  assert.deepEqual(
    { lost, duplicate, rollup_mismatch, root_mismatch, misjudged, failure },
    { lost: 0, duplicate: 0, rollup_mismatch: 0, root_mismatch: 0, misjudged: 0, failure: null },
    evidence.join('\n'),
  );
  assert.ok(result.kills >= KILLS, `${result.kills} kills`);
  assert.ok(result.process_kills * 2 >= result.kills, 'at least half of them end a process');
  assert.ok(result.acknowledged > 1_000, 'too little load to show anything');
  assert.ok(result.rollup_cells > 10, 'too few minutes to show anything');
  assert.ok(result.progress_rows > 10, 'too few saved roots to show anything');
});
