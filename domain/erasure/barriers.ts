/** Records of a partition below this offset are erased for a subject: they get no box and no token. */
export interface Barrier {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/**
 * Whether a key may be minted for records up to `at`, the highest of their offsets: only where one of them stands at
 * or above the barrier. Else a replay of what was erased would bring its subject back.
 */
export function mayMint(barriers: readonly Barrier[], at: Barrier): boolean {
  return barriers.every((barrier) => !isSamePartition(barrier, at) || at.offset >= barrier.offset);
}

/** For every partition the highest barrier of them all, in the order of topic and partition. */
export function highestBarriers(...lists: readonly (readonly Barrier[])[]): Barrier[] {
  const highest = new Map<string, Barrier>();
  for (const barrier of lists.flat()) {
    const place = `${barrier.topic}/${barrier.partition}`;
    const known = highest.get(place);
    if (known === undefined || known.offset < barrier.offset) highest.set(place, barrier);
  }
  return [...highest.values()].sort(
    (a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0) || a.partition - b.partition,
  );
}

/** Whether logs begin at or beyond every barrier: nothing below them can be read any more. */
export function areBehind(barriers: readonly Barrier[], logStarts: readonly Barrier[]): boolean {
  return barriers.every((barrier) =>
    logStarts.some((start) => isSamePartition(start, barrier) && start.offset >= barrier.offset),
  );
}

function isSamePartition(a: Barrier, b: Barrier): boolean {
  return a.partition === b.partition && a.topic === b.topic;
}
