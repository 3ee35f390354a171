import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRecorder } from '../../services/recorder/service.ts';
import { copyTopics, fillTopics } from '../erasure/copy-topics.ts';
import { compareTrees, proveAll, readTrees } from '../erasure/partition-trees.ts';
import { startRecordingStack } from '../support/recorder-fixture.ts';
import { sampleDecision, sampleLabel } from '../support/sample-events.ts';

test('topics copied elsewhere record the same leaves, and every proof of one store holds in the other', async () => {
  const first = await startRecordingStack();
  const second = await startRecordingStack();
  const recorders = await Promise.all([startRecorder(first.recorderEnv)]);
  try {
    for (let n = 0; n < 5; n++) {
      await first.send(
        'decision',
        Array.from({ length: 20 }, () => sampleDecision()),
      );
      await first.send('label', [sampleLabel()]);
      await first.untilRecorded();
    }
    await first.sendRaw('decision', [Buffer.from('not Avro')]);
    await first.untilRecorded();
    const before = await readTrees(first.clickhouse);
    await fillTopics(second.stack.brokers, await copyTopics(first.stack.brokers));
    recorders.push(await startRecorder(second.recorderEnv));
    await second.untilRecorded();
    const after = await readTrees(second.clickhouse);
    const compared = compareTrees(before, after);
    assert.deepEqual(compared, { ...compared, otherLeaves: 0, otherRoots: 0, failedProofs: 0, leaves: 106 });
    const proved = proveAll(before);
    assert.deepEqual(proved, { ...proved, wrongHeads: 0, failed: 0 });
    assert.ok(proved.heads >= 2 && proved.consistencies >= 1 && proved.inclusions >= 106);
  } finally {
    for (const recorder of recorders) await recorder.stop();
    await Promise.all([first.stop(), second.stop()]);
  }
});
