import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  InsertStep,
  PartitionEvent,
  PartitionResult,
  PartitionState,
  Phase,
} from './partition-states.ts';
import { RELEASED } from './partition-states.ts';
import { transition } from './transition.ts';

const times = { leaseMs: 3_000, maxInsertMs: 5_000, marginMs: 1_000 };
const tenure = { memberId: 'member', generation: 7 };
const steps: readonly InsertStep[] = ['duplicates', 'records'];

const PHASES: readonly Phase[] = [
  { name: 'released' },
  { name: 'asking-clock' },
  { name: 'waiting', untilMs: 9_000 },
  { name: 'awaiting-statements' },
  { name: 'reading-back' },
  { name: 'ready' },
  { name: 'holding', steps },
  { name: 'inserting', steps, deadlineMs: 3_000 },
  { name: 'settling', steps, deadlineMs: 3_000 },
  { name: 'settling-statements', steps },
  { name: 'reading-absent', steps },
  { name: 'saving', steps: [] },
];

const results = (epoch: number): readonly PartitionResult[] => [
  { name: 'clock', serverMs: 100_000, epoch },
  { name: 'statements', running: false, epoch },
  { name: 'was-read-back', epoch },
  { name: 'judged', steps: new Set(steps), epoch },
  { name: 'stored', epoch },
  { name: 'refused', epoch },
  { name: 'unanswered', epoch },
  { name: 'absent', anyLeft: true, epoch },
  { name: 'saved', epoch },
  { name: 'put-off', epoch },
  { name: 'failed', epoch },
];

function stateIn(phase: Phase): PartitionState {
  return { phase, epoch: 3, tenure: phase.name === 'released' ? null : tenure, leaseUntilMs: 3_000 };
}

/** Names of the phases and effects that follow from events, told one after the other. */
function follow(state: PartitionState, events: readonly PartitionEvent[], nowMs = 0): string[] {
  const told: string[] = [];
  let at = state;
  for (const event of events) {
    const next = transition(at, event, { times, nowMs });
    at = next.state;
    told.push([at.phase.name, ...next.effects.map((effect) => describe(effect))].join(' → '));
  }
  return told;
}

function describe(effect: ReturnType<typeof transition>['effects'][number]): string {
  if (effect.name === 'insert') return `insert ${effect.step} until ${effect.deadlineMs}`;
  if (effect.name === 'read-clock' && effect.notBeforeMs !== null)
    return `read-clock after ${effect.notBeforeMs}`;
  return effect.name;
}

test('what began in another epoch has no effect, whatever it is and whatever is going on', () => {
  for (const phase of PHASES) {
    for (const result of [...results(2), ...results(4)]) {
      const state = stateIn(phase);
      const next = transition(state, result, { times, nowMs: 0 });
      assert.deepEqual([next.state, next.effects], [state, []], `${phase.name}: ${result.name}`);
    }
  }
});

test('a revoked partition is let go from everywhere, and asked for nothing more', () => {
  for (const phase of PHASES.slice(1)) {
    assert.deepEqual(follow(stateIn(phase), [{ name: 'revoked' }]), ['released → forget'], phase.name);
  }
});

test('a partition of the directly preceding generation is kept in everything it does', () => {
  for (const phase of PHASES.slice(1)) {
    const next = transition(stateIn(phase), assigned(8), { times, nowMs: 0 });
    assert.deepEqual([next.state.phase, next.state.epoch], [phase, 3], phase.name);
  }
});

test('any other is taken anew: another generation, or another membership', () => {
  for (const phase of PHASES) {
    for (const given of [assigned(9), assigned(8, 'another')]) {
      assert.deepEqual(follow(stateIn(phase), [given]), ['asking-clock → forget → read-clock'], phase.name);
    }
  }
});

test('taking: the server’s clock passes lease, longest insert and margin; then no statement; then the exact set', () => {
  const epoch = 1;
  assert.deepEqual(
    follow(RELEASED, [
      assigned(1),
      { name: 'clock', serverMs: 1_000, epoch },
      { name: 'clock', serverMs: 10_000, epoch },
      { name: 'clock', serverMs: 10_001, epoch },
      { name: 'statements', running: true, epoch },
      { name: 'statements', running: false, epoch },
      { name: 'was-read-back', epoch },
    ]),
    [
      'asking-clock → forget → read-clock',
      'waiting → read-clock after 10000',
      'waiting → read-clock after 10000',
      'awaiting-statements → read-statements',
      'awaiting-statements → read-statements',
      'reading-back → read-back',
      'ready → judge-next',
    ],
  );
});

test('a batch: quarantine, duplicates, records, progress, commit', () => {
  const epoch = 3;
  const all = new Set<InsertStep>(['records', 'duplicates', 'quarantine', 'lost']);
  const stored: PartitionEvent = { name: 'stored', epoch };
  assert.deepEqual(
    follow(stateIn({ name: 'ready' }), [
      { name: 'judged', steps: all, epoch },
      ...Array.from({ length: 4 }, () => stored),
      { name: 'saved', epoch },
    ]),
    [
      'inserting → insert lost until 3000',
      'inserting → insert quarantine until 3000',
      'inserting → insert duplicates until 3000',
      'inserting → insert records until 3000',
      'saving → save-progress',
      'ready → commit → judge-next',
    ],
  );
});

test('progress that is put off: the next batch follows, and no commit', () => {
  const epoch = 3;
  assert.deepEqual(
    follow(stateIn({ name: 'ready' }), [
      { name: 'judged', steps: new Set(['records']), epoch },
      { name: 'stored', epoch },
      { name: 'put-off', epoch },
    ]),
    ['inserting → insert records until 3000', 'saving → save-progress', 'ready → judge-next'],
  );
});

test('an unknown answer: the deadline passes, no statement runs, then what is absent is sent again', () => {
  const epoch = 3;
  assert.deepEqual(
    follow(stateIn({ name: 'inserting', steps, deadlineMs: 3_000 }), [
      { name: 'unanswered', epoch },
      { name: 'clock', serverMs: 3_000, epoch },
      { name: 'clock', serverMs: 3_001, epoch },
      { name: 'statements', running: false, epoch },
      { name: 'absent', anyLeft: false, epoch },
    ]),
    [
      'settling → read-clock after 3000',
      'settling → read-clock after 3000',
      'settling-statements → read-statements',
      'reading-absent → read-absent',
      'inserting → insert records until 3000',
    ],
  );
});

test('past its lease nothing is sent, until a heartbeat of this generation', () => {
  const heartbeat = (generation: number): PartitionEvent => ({
    name: 'heartbeat',
    tenure: { ...tenure, generation },
    leaseUntilMs: 9_000,
  });
  const judged: PartitionEvent = { name: 'judged', steps: new Set(steps), epoch: 3 };
  assert.deepEqual(follow(stateIn({ name: 'ready' }), [judged, heartbeat(6), heartbeat(7)], 3_001), [
    'holding → tell-lease-over',
    'holding → tell-lease-over',
    'inserting → insert duplicates until 9000',
  ]);
});

function assigned(generation: number, memberId = 'member'): PartitionEvent {
  return { name: 'assigned', tenure: { memberId, generation } };
}
