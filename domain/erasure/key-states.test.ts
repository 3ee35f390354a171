import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type KeyEvent, type KeyState, transitionKey } from './key-states.ts';

const STATES: readonly KeyState[] = [
  'ABSENT',
  'ACTIVE',
  'HELD',
  'HELD_PENDING',
  'ERASING',
  'DESTROYED',
  'COMPLETE',
];
const EVENTS: readonly KeyEvent[] = ['MINT', 'HOLD', 'RELEASE', 'ERASE', 'KEK_DESTROYED', 'TRIMMED'];

function stateAfter(state: KeyState, event: KeyEvent): KeyState {
  const transition = transitionKey(state, event);
  return 'refused' in transition ? state : transition.state;
}

const courses: readonly (readonly [string, readonly KeyEvent[], readonly KeyState[]])[] = [
  [
    'a person is recorded and forgotten',
    ['MINT', 'ERASE', 'KEK_DESTROYED', 'TRIMMED'],
    ['ACTIVE', 'ERASING', 'DESTROYED', 'COMPLETE'],
  ],
  [
    'a hold refuses, and its end carries out what was asked for',
    ['MINT', 'HOLD', 'ERASE', 'RELEASE', 'KEK_DESTROYED'],
    ['ACTIVE', 'HELD', 'HELD_PENDING', 'ERASING', 'DESTROYED'],
  ],
  [
    'a person of whom nothing is stored yet is forgotten too',
    ['ERASE', 'KEK_DESTROYED'],
    ['ERASING', 'DESTROYED'],
  ],
  ['a hold may come before the first record', ['HOLD', 'MINT', 'RELEASE'], ['HELD', 'HELD', 'ACTIVE']],
  [
    'later records have a key of their own',
    ['ERASE', 'KEK_DESTROYED', 'TRIMMED', 'MINT'],
    ['ERASING', 'DESTROYED', 'COMPLETE', 'ACTIVE'],
  ],
  ['a hold comes too late', ['MINT', 'ERASE', 'HOLD'], ['ACTIVE', 'ERASING', 'ERASING']],
];

for (const [what, events, states] of courses) {
  test(what, () => {
    let state = 'ABSENT' as KeyState;
    assert.deepEqual(
      events.map((event) => {
        state = stateAfter(state, event);
        return state;
      }),
      states,
    );
  });
}

test('whatever happens: held is never erased, nothing is destroyed unasked, and nothing comes back', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...EVENTS), { maxLength: 40 }), (events) => {
      let state = 'ABSENT' as KeyState;
      for (const event of events) {
        const before: KeyState = state;
        const transition = transitionKey(before, event);
        state = stateAfter(before, event);
        const effects = 'refused' in transition ? [] : transition.effects;
        if (state === 'ERASING' && before !== 'ERASING')
          assert.ok(event === 'ERASE' ? !before.startsWith('HELD') : event === 'RELEASE');
        if (state === 'DESTROYED' && before !== 'DESTROYED') assert.equal(before, 'ERASING');
        if (state === 'COMPLETE' && before !== 'COMPLETE') assert.equal(before, 'DESTROYED');
        assert.equal(effects.includes('REMOVE_KEY'), state === 'ERASING' && before !== 'ERASING');
        // Barriers stand before the key is gone: else a record in between could mint another for the same past.
        if (effects.includes('REMOVE_KEY'))
          assert.ok(effects.indexOf('RAISE_BARRIERS') < effects.indexOf('REMOVE_KEY'));
        if (before === 'ERASING') assert.ok(['ERASING', 'DESTROYED'].includes(state));
      }
    }),
  );
});

test('asked again in the state that it led to, an erasure, its destruction and its end do nothing more', () => {
  for (const state of STATES) {
    for (const event of ['ERASE', 'KEK_DESTROYED', 'TRIMMED', 'RELEASE'] as const) {
      const after = stateAfter(state, event);
      const again = transitionKey(after, event);
      assert.deepEqual(again, { state: after, effects: [] }, `${state} ${event} ${event}`);
    }
  }
});
