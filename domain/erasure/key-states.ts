/**
 * What becomes of one subject's key. ERASING, DESTROYED and COMPLETE are of the key that was asked to be forgotten;
 * records from the barrier on get another key, which starts at ACTIVE again.
 */
export type KeyState = 'ABSENT' | 'ACTIVE' | 'HELD' | 'HELD_PENDING' | 'ERASING' | 'DESTROYED' | 'COMPLETE';

export type KeyEvent =
  /** A record at or above every barrier needs a key. */
  | 'MINT'
  | 'HOLD'
  /** The last hold is lifted. */
  | 'RELEASE'
  | 'ERASE'
  /** The KEK version that wrapped it is destroyed, survivors and backup are under the next. */
  | 'KEK_DESTROYED'
  /** Logs begin beyond the barriers, quarantine keys of that time are destroyed, leases are over. */
  | 'TRIMMED';

/** What must be done for a transition, in this order; each can be done twice. */
type KeyEffect =
  | 'MINT_KEY'
  | 'PLACE_HOLD'
  | 'OPEN_ERASURE'
  | 'RECORD_REQUEST'
  | 'RAISE_BARRIERS'
  | 'REMOVE_KEY'
  | 'ISSUE_STATEMENT';

export type KeyTransition =
  | { readonly state: KeyState; readonly effects: readonly KeyEffect[] }
  | { readonly refused: 'being_erased' };

const stay = (state: KeyState): KeyTransition => ({ state, effects: [] });
const to = (state: KeyState, ...effects: KeyEffect[]): KeyTransition => ({ state, effects });
const BEGIN = ['RAISE_BARRIERS', 'REMOVE_KEY', 'ISSUE_STATEMENT'] as const;
const ERASE_ANEW = to('ERASING', 'OPEN_ERASURE', 'RECORD_REQUEST', ...BEGIN);
const TOO_LATE: KeyTransition = { refused: 'being_erased' };

const TRANSITIONS: Readonly<Record<KeyState, Readonly<Record<KeyEvent, KeyTransition>>>> = {
  ABSENT: {
    MINT: to('ACTIVE', 'MINT_KEY'),
    HOLD: to('HELD', 'PLACE_HOLD'),
    RELEASE: stay('ABSENT'),
    // Records that nobody has stored yet may wait in the logs: they must not get a key later.
    ERASE: ERASE_ANEW,
    KEK_DESTROYED: stay('ABSENT'),
    TRIMMED: stay('ABSENT'),
  },
  ACTIVE: {
    MINT: stay('ACTIVE'),
    HOLD: to('HELD', 'PLACE_HOLD'),
    RELEASE: stay('ACTIVE'),
    ERASE: ERASE_ANEW,
    KEK_DESTROYED: stay('ACTIVE'),
    TRIMMED: stay('ACTIVE'),
  },
  HELD: {
    MINT: to('HELD', 'MINT_KEY'),
    HOLD: to('HELD', 'PLACE_HOLD'),
    RELEASE: stay('ACTIVE'),
    ERASE: to('HELD_PENDING', 'OPEN_ERASURE', 'RECORD_REQUEST'),
    KEK_DESTROYED: stay('HELD'),
    TRIMMED: stay('HELD'),
  },
  HELD_PENDING: {
    MINT: to('HELD_PENDING', 'MINT_KEY'),
    HOLD: to('HELD_PENDING', 'PLACE_HOLD'),
    RELEASE: to('ERASING', ...BEGIN),
    ERASE: stay('HELD_PENDING'),
    KEK_DESTROYED: stay('HELD_PENDING'),
    TRIMMED: stay('HELD_PENDING'),
  },
  ERASING: {
    // A key of its own, for records beyond the barriers; the erasure of the other one goes on.
    MINT: to('ERASING', 'MINT_KEY'),
    HOLD: TOO_LATE,
    RELEASE: stay('ERASING'),
    ERASE: stay('ERASING'),
    KEK_DESTROYED: to('DESTROYED', 'ISSUE_STATEMENT'),
    TRIMMED: stay('ERASING'),
  },
  DESTROYED: {
    MINT: to('ACTIVE', 'MINT_KEY'),
    HOLD: to('HELD', 'PLACE_HOLD'),
    RELEASE: stay('DESTROYED'),
    ERASE: ERASE_ANEW,
    KEK_DESTROYED: stay('DESTROYED'),
    TRIMMED: to('COMPLETE', 'ISSUE_STATEMENT'),
  },
  COMPLETE: {
    MINT: to('ACTIVE', 'MINT_KEY'),
    HOLD: to('HELD', 'PLACE_HOLD'),
    RELEASE: stay('COMPLETE'),
    ERASE: ERASE_ANEW,
    KEK_DESTROYED: stay('COMPLETE'),
    TRIMMED: stay('COMPLETE'),
  },
};

/** What an event makes of a key, and what must be done for it; or why it cannot be. */
export function transitionKey(state: KeyState, event: KeyEvent): KeyTransition {
  return TRANSITIONS[state][event];
}
