import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EMPTY_RANGE } from '../../domain/merkle/compact-range.ts';
import type { RecorderReport } from './metrics.ts';
import type { Barrier, PartitionId } from './ports.ts';
import { trimLogs, trimTarget } from './trim-log.ts';

const TOPIC = 'docket.decisions.v1';

test('a raw log starts at its replay window, at a barrier beyond it, and never beyond what is recorded', () => {
  for (const [saved, windowStart, barrier, target, what] of [
    [100, 40, 0, 40, 'the window alone'],
    [100, 40, 30, 40, 'a barrier within what goes anyway'],
    [100, 40, 70, 70, 'a barrier beyond the window'],
    [100, 40, 170, 100, 'a barrier beyond what is recorded'],
    [30, 40, 0, 30, 'a window that begins where nothing is recorded yet'],
    [0, 40, 50, 0, 'nothing recorded'],
  ] as const)
    assert.equal(trimTarget(saved, windowStart, barrier), target, what);
});

test('whatever the window and the barriers ask for, nothing goes that is not recorded by the saved progress', async () => {
  const offset = fc.nat(1_000);
  await fc.assert(
    fc.asyncProperty(
      fc.record({ saved: fc.option(offset), windowStart: offset, barriers: fc.array(offset), start: offset }),
      async ({ saved, windowStart, barriers, start }) => {
        const { trims } = await trimOnce({ saved, windowStart, barriers, start });
        for (const target of trims) {
          assert.ok(target <= (saved ?? 0), 'beyond what is recorded');
          assert.ok(target > start, 'a trim that does nothing');
          assert.ok(
            target >= Math.min(saved ?? 0, Math.max(0, ...barriers)),
            'an erasure that waits for nothing',
          );
        }
      },
    ),
  );
});

test('a log that starts where it should is left alone, and the round counts as done', async () => {
  const round = await trimOnce({ saved: 100, windowStart: 40, barriers: [], start: 40 });
  assert.deepEqual(round, { trims: [], failures: [], ended: 1 });
});

test('a vault that does not answer is reported, and the window still goes by', async () => {
  const round = await trimOnce({ saved: 100, windowStart: 40, barriers: null, start: 0 });
  assert.deepEqual(round, { trims: [40], failures: [null], ended: 0 });
});

test('a log that cannot be trimmed is reported, and stops nothing', async () => {
  const round = await trimOnce({ saved: 100, windowStart: 40, barriers: [], start: 0, broken: true });
  assert.deepEqual(round, { trims: [], failures: [TOPIC], ended: 0 });
});

interface Round {
  readonly saved: number | null;
  readonly windowStart: number;
  /** null: asking for them fails. */
  readonly barriers: readonly number[] | null;
  readonly start: number;
  readonly broken?: boolean;
}

/** One round over one partition: where it was trimmed to, and what was reported. */
async function trimOnce({ saved, windowStart, barriers, start, broken = false }: Round) {
  const at: PartitionId = { topic: TOPIC, partition: 2 };
  const trims: number[] = [];
  const failures: (string | null)[] = [];
  let ended = 0;
  const report = {
    trimmed: () => {},
    trimFailed: (topic: string | null) => failures.push(topic),
    trimEnded: () => {
      ended++;
    },
  } satisfies Partial<RecorderReport>;
  await trimLogs([at], {
    store: {
      readProgress: async () =>
        saved === null ? null : { nextOffset: saved, watermarkMs: 0, range: EMPTY_RANGE },
    },
    logBounds: { read: async () => [{ partition: 2, start, end: 5_000 }] },
    trimmer: {
      offsetsAt: async () => new Map([[2, windowStart]]),
      trim: async (_topic, targets) => {
        if (broken) throw new Error('no broker');
        trims.push(...targets.values());
      },
    },
    readBarriers: async (): Promise<Barrier[]> => {
      if (barriers === null) throw new Error('no vault');
      return [...barriers.map((offset) => ({ ...at, offset })), { topic: TOPIC, partition: 1, offset: 900 }];
    },
    report,
    replayWindowMs: 1_000,
  });
  return { trims, failures, ended };
}
