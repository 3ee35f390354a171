import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QuarantinedRecord } from './quarantine-store.ts';
import { readSelection } from './read-selection.ts';
import { type ReplayDeps, type ReplayOptions, replayQuarantined } from './replay-quarantined.ts';

const TOPIC = 'docket.decisions.v1';
const ALL = readSelection({}, [], 0);
const OPTIONS: ReplayOptions = {
  dryRun: false,
  batchRecords: 3,
  timeoutMs: 1_000,
  wait: true,
  maxRecords: 1_000,
};

function quarantined(offset: number, changes: Partial<QuarantinedRecord> = {}): QuarantinedRecord {
  return {
    topic: TOPIC,
    partition: 0,
    offset,
    appendMs: 0,
    reason: 'truncated',
    field: null,
    bytes: 10,
    tenantId: null,
    producerId: null,
    originOffset: null,
    hasPayload: true,
    ...changes,
  };
}

/** A log with one partition and a quarantine, behind their ports; what is sent is quarantined again at once. */
function fixture(records: QuarantinedRecord[], failAfterSends = Number.POSITIVE_INFINITY) {
  const sent: number[][] = [];
  let logEnd = 100;
  let recordedUpTo = 100;
  let sends = 0;
  const deps: ReplayDeps = {
    store: {
      page: async (_selection, after, limit) =>
        records.filter((record) => record.offset > (after?.offset ?? -1)).slice(0, limit),
      readReplayed: async (_topic, _partition, offsets) => {
        const origins = new Set(records.map((record) => record.originOffset));
        return new Set(offsets.filter((offset) => origins.has(offset)));
      },
      readBoxes: async (_topic, _partition, offsets) =>
        new Map(offsets.map((offset) => [offset, Buffer.from(String(offset))])),
      recordedUpTo: async () => recordedUpTo,
      readOutcomes: async (_topic, _partition, from) => ({
        recorded: records.filter((record) => record.offset >= from).length,
      }),
    },
    send: async (topic, messages) => {
      assert.equal(topic, TOPIC);
      sent.push(messages.map((message) => Number(message.value)));
      for (const { headers } of messages) {
        const originOffset = Number(headers['docket-origin']?.split('/')[1]);
        records.push(quarantined(logEnd++, { originOffset }));
      }
      if (++sends >= failAfterSends) throw new Error('killed');
      recordedUpTo = logEnd;
    },
    logEnds: async () => new Map([[0, logEnd]]),
    open: async (_at, box) => ({ ok: true, content: { key: null, value: box } }),
    progress: () => {},
    sleep: async () => {
      recordedUpTo = logEnd;
    },
  };
  return { deps, sent };
}

test('everything selected is sent once, in batches, and what ends in quarantine again is left to the next run', async () => {
  const { deps, sent } = fixture([1, 2, 3, 4].map((offset) => quarantined(offset)));
  const report = await replayQuarantined(ALL, [TOPIC], OPTIONS, deps);
  assert.deepEqual(sent, [[1, 2, 3], [4]]);
  assert.deepEqual([report.sent, report.outcomes], [4, { recorded: 4 }]);
  const second = await replayQuarantined(ALL, [TOPIC], OPTIONS, deps);
  assert.equal(second.alreadyReplayed, 4);
  assert.deepEqual(sent.slice(2).flat(), [100, 101, 102, 103], 'the failed replays, as origins of their own');
});

test('a run that was killed right after a send sends none of it again', async () => {
  const { deps, sent } = fixture(
    [1, 2, 3, 4, 5].map((offset) => quarantined(offset)),
    1,
  );
  await assert.rejects(replayQuarantined(ALL, [TOPIC], OPTIONS, deps), /killed/);
  const again = { ...deps, send: fixtureSend(sent) };
  await replayQuarantined(ALL, [TOPIC], { ...OPTIONS, wait: false }, again);
  assert.deepEqual(
    sent.flat().filter((offset) => offset < 100),
    [1, 2, 3, 4, 5],
  );
});

function fixtureSend(sent: number[][]): ReplayDeps['send'] {
  return async (_topic, messages) => {
    sent.push(messages.map((message) => Number(message.value)));
  };
}

test('a dry run sends nothing and counts the same', async () => {
  const { deps, sent } = fixture([quarantined(1), quarantined(2, { hasPayload: false })]);
  const report = await replayQuarantined(ALL, [TOPIC], { ...OPTIONS, dryRun: true }, deps);
  assert.deepEqual(sent, []);
  assert.deepEqual([report.sent, report.withoutPayload, report.outcomes], [1, 1, null]);
});

test('what was refused as a second replay, has no payload, or is too large is passed by and counted', async () => {
  const { deps, sent } = fixture([
    quarantined(1, { reason: 'already_replayed', originOffset: 0 }),
    quarantined(2, { hasPayload: false }),
    quarantined(3, { bytes: 4 * 1024 * 1024 }),
    quarantined(4),
  ]);
  const report = await replayQuarantined(ALL, [TOPIC], OPTIONS, deps);
  assert.deepEqual(sent, [[4]]);
  assert.deepEqual([report.alreadyReplayed, report.withoutPayload, report.tooLarge], [1, 1, 1]);
});

test('a send stays within what a broker takes, and a run within its limit', async () => {
  const { deps, sent } = fixture([1, 2, 3].map((offset) => quarantined(offset, { bytes: 700_000 })));
  await replayQuarantined(ALL, [TOPIC], { ...OPTIONS, maxRecords: 2 }, deps);
  assert.deepEqual(sent, [[1], [2]]);
});

test('a payload that does not open is counted by its problem, and the others go on', async () => {
  const { deps, sent } = fixture([quarantined(1), quarantined(2)]);
  const open: ReplayDeps['open'] = async (at, box) =>
    at.offset === 1 ? { ok: false, problem: 'no key' } : { ok: true, content: { key: null, value: box } };
  const report = await replayQuarantined(ALL, [TOPIC], OPTIONS, { ...deps, open });
  assert.deepEqual(sent, [[2]]);
  assert.deepEqual(report.unopened, new Map([['no key', 1]]));
});

test('while the recorder is behind nothing is sent: what was replayed before could not be told', async () => {
  const { deps, sent } = fixture([quarantined(1)]);
  const stuck = { ...deps, store: { ...deps.store, recordedUpTo: async () => 99 } };
  await assert.rejects(
    replayQuarantined(ALL, [TOPIC], OPTIONS, stuck),
    /docket\.decisions\.v1\/0 is not recorded to its end within 1 s/,
  );
  assert.deepEqual(sent, []);
});
