import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isClean, runErasure } from '../erasure/run-erasure.ts';

test('who is erased cannot be got back by any key, file or replay, and everything else stays as it was', {
  timeout: 400_000,
}, async (t) => {
  const evidence: string[] = [];
  const result = await runErasure({
    subjects: 12,
    erase: 2,
    decisionsEach: 2,
    seed: 5,
    progress: (line) => evidence.push(line),
  });
  t.diagnostic(JSON.stringify(result));
  assert.ok(isClean(result), `${evidence.join('\n')}\n${JSON.stringify(result, null, 2)}`);
});
