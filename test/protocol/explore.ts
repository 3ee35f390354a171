import { happenings } from './happenings.ts';
import { walk } from './replay.ts';
import { simplify } from './simplify.ts';
import { allStored, Violation, type World, type WorldRules } from './world.ts';
import { worldKey } from './world-key.ts';

export interface Limits {
  /** How many things may happen one after the other; Infinity for all there is. */
  readonly depth: number;
  readonly states: number;
  readonly seconds: number;
  /** Whether to look, from every state, for a way to the end. Costs memory for every transition. */
  readonly findEnds: boolean;
  /** What has happened already where it begins; nothing if absent. */
  readonly after?: readonly string[];
}

export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  readonly seconds: number;
  /** Every state whose distance from the beginning is at most this has been seen with all that can happen in it. */
  readonly depth: number;
  /** Whether there is nothing beyond it. */
  readonly complete: boolean;
  readonly violation: { readonly what: string; readonly steps: readonly string[] } | null;
  /** States from which the end (everything stored, progress at the end) cannot be reached; null if not looked for. */
  readonly stuck: number | null;
}

/**
 * Breadth first through everything that can happen, so that the first violation found is a shortest one. States are
 * told apart by 53 bits of a hash: with n states, one is overlooked with a chance of about n² / 2⁵⁴.
 */
export function explore(rules: WorldRules, limits: Limits): Exploration {
  const startedMs = performance.now();
  const seen = new SeenStates();
  const edges = new Edges();
  const ends: number[] = [];
  const seconds = () => (performance.now() - startedMs) / 1000;
  const isEnd = (world: World) =>
    world.progress === rules.log.length && allStored(world) === (1 << rules.log.length) - 1;

  const before = limits.after ?? [];
  const walked = walk(before, rules);
  const first = walked instanceof Violation ? undefined : walked[0];
  if (first === undefined) throw new Error('what should happen first cannot');
  seen.add(worldKey(first, rules), -1);
  let frontier: { id: number; world: World }[] = [{ id: 0, world: first }];
  let transitions = 0;
  let depth = 0;
  let violation: Exploration['violation'] = null;
  const isOver = () => seen.size >= limits.states || seconds() > limits.seconds;

  while (frontier.length > 0 && depth < limits.depth && !isOver() && violation === null) {
    const reached: typeof frontier = [];
    for (const { id, world } of frontier) {
      if (violation !== null || isOver()) break;
      for (const { label, next } of happenings(world, rules)) {
        transitions++;
        try {
          const after = simplify(next(), rules);
          const { id: afterId, isNew } = seen.add(worldKey(after, rules), id);
          if (limits.findEnds && afterId !== id) edges.add(id, afterId);
          if (!isNew) continue;
          if (isEnd(after)) ends.push(afterId);
          reached.push({ id: afterId, world: after });
        } catch (error) {
          if (!(error instanceof Violation)) throw error;
          violation = {
            what: error.message,
            steps: [...before, ...retrace(first, seen.pathTo(id), rules), label],
          };
          break;
        }
      }
    }
    if (violation !== null || isOver()) break;
    frontier = reached;
    depth++;
  }
  const complete = frontier.length === 0 && violation === null;
  const stuck = limits.findEnds && complete ? seen.size - edges.countReaching(ends, seen.size) : null;
  return { states: seen.size, transitions, seconds: seconds(), depth, complete, violation, stuck };
}

/** The labels along a path, found again from the beginning. */
function retrace(first: World, path: readonly number[], rules: WorldRules): string[] {
  let world = first;
  return path.slice(1).map((hash) => {
    for (const { label, next } of happenings(world, rules)) {
      let after: World;
      try {
        after = simplify(next(), rules);
      } catch {
        continue;
      }
      if (hashText(worldKey(after, rules)) !== hash) continue;
      world = after;
      return label;
    }
    throw new Error('a path that was found cannot be walked again');
  });
}

/** 53 bits of a text: two 32-bit hashes, mixed at the end (cyrb53’s construction). */
function hashText(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

/** The states seen so far, by hash: an open table, so that tens of millions fit. */
class SeenStates {
  #slots = new Int32Array(1 << 16).fill(-1);
  #hashes = new Float64Array(1 << 15);
  #parents = new Int32Array(1 << 15);
  size = 0;

  add(key: string, parent: number): { id: number; isNew: boolean } {
    const hash = hashText(key);
    let slot = hash % this.#slots.length;
    for (; ; slot = (slot + 1) % this.#slots.length) {
      const id = this.#slots[slot] ?? -1;
      if (id === -1) break;
      if (this.#hashes[id] === hash) return { id, isNew: false };
    }
    const id = this.size++;
    if (id === this.#hashes.length) {
      this.#hashes = grown(this.#hashes, new Float64Array(id * 2));
      this.#parents = grown(this.#parents, new Int32Array(id * 2));
    }
    this.#hashes[id] = hash;
    this.#parents[id] = parent;
    this.#slots[slot] = id;
    if (this.size * 2 > this.#slots.length) this.#rehash();
    return { id, isNew: true };
  }

  /** Hashes of the states on the way from the first one, both ends included. */
  pathTo(id: number): number[] {
    const path: number[] = [];
    for (let at = id; at >= 0; at = this.#parents[at] ?? -1) path.push(this.#hashes[at] ?? 0);
    return path.reverse();
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    for (let id = 0; id < this.size; id++) {
      let slot = (this.#hashes[id] ?? 0) % slots.length;
      while (slots[slot] !== -1) slot = (slot + 1) % slots.length;
      slots[slot] = id;
    }
    this.#slots = slots;
  }
}

class Edges {
  #from = new Int32Array(1 << 16);
  #to = new Int32Array(1 << 16);
  #size = 0;

  add(from: number, to: number): void {
    if (this.#size === this.#from.length) {
      this.#from = grown(this.#from, new Int32Array(this.#size * 2));
      this.#to = grown(this.#to, new Int32Array(this.#size * 2));
    }
    this.#from[this.#size] = from;
    this.#to[this.#size++] = to;
  }

  /** How many states have a way to one of `ends`. */
  countReaching(ends: readonly number[], states: number): number {
    const starts = new Int32Array(states + 1);
    for (let edge = 0; edge < this.#size; edge++) count(starts, (this.#to[edge] ?? 0) + 1);
    for (let state = 0; state < states; state++)
      starts[state + 1] = (starts[state + 1] ?? 0) + (starts[state] ?? 0);
    const sources = new Int32Array(this.#size);
    const filled = starts.slice();
    for (let edge = 0; edge < this.#size; edge++) {
      const to = this.#to[edge] ?? 0;
      sources[filled[to] ?? 0] = this.#from[edge] ?? 0;
      count(filled, to);
    }
    const reaches = new Uint8Array(states);
    const open = [...ends];
    for (const end of ends) reaches[end] = 1;
    let found = open.length;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (let index = starts[at] ?? 0; index < (starts[at + 1] ?? 0); index++) {
        const source = sources[index] ?? 0;
        if (reaches[source] === 1) continue;
        reaches[source] = 1;
        found++;
        open.push(source);
      }
    }
    return found;
  }
}

function count(array: Int32Array, index: number): void {
  array[index] = (array[index] ?? 0) + 1;
}

function grown<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
