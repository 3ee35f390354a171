import type { HintTable } from './compile-hints.ts';
import { hintWalkModule, MAX_WALK_BYTES, PARTS, WALK_MEMORY } from './hint-walk-module.ts';
import { EVERY_CUE, noteCue } from './note-cues.ts';
import { confirmEnd } from './scan-hints.ts';

/** Below it a loop of our own is done before the text is copied. */
const MIN_WALK_BYTES = 48;

/** The automaton of hints over folded text, many bytes at a time. */
export interface HintWalk {
  /** Whether it takes texts of this many bytes. */
  takes(length: number): boolean;
  /**
   * Looks at bytes `start` … `end`; gives what is in them, as bits of SEEN. Unless the text `isFolded`, nothing else is
   * done when one of them is foreign.
   */
  see(bytes: Uint8Array, start: number, end: number, isFolded: boolean): number;
  /** The bits of all hints in the bytes that were just seen, confirmed in text order, as scanHints gives them. */
  confirm(bytes: Uint8Array, start: number, end: number): number;
}

/**
 * Compiles the walk for one table: some milliseconds.
 * @returns null if this machine cannot run it, for example for want of vector instructions
 */
export function loadHintWalk(table: HintTable): HintWalk | null {
  const instance = instantiate(table);
  if (instance === null) return null;
  const { memory, run } = instance;
  const text = new Uint8Array(memory.buffer, WALK_MEMORY.text, MAX_WALK_BYTES);
  const seen = new Int32Array(memory.buffer, WALK_MEMORY.seen, 1);
  const counts = new Int32Array(memory.buffer, WALK_MEMORY.counts, PARTS);
  const states = new Int32Array(memory.buffer, WALK_MEMORY.states, PARTS);
  const ends = new Int32Array(memory.buffer, WALK_MEMORY.ends, MAX_WALK_BYTES);
  const { next, classes, classBits, firstEnd, foreign } = table;

  return {
    takes: (length) => length >= MIN_WALK_BYTES && length <= MAX_WALK_BYTES,
    see: (bytes, start, end, isFolded) => {
      text.set(bytes.subarray(start, end));
      run(end - start, isFolded ? 1 : 0);
      return seen[0] as number;
    },
    confirm: (bytes, start, end) => {
      const quarter = (end - start) >> 2;
      let bits = 0;
      const note = (state: number, at: number) => {
        if (state === foreign) noteCue(at, EVERY_CUE);
        else bits |= confirmEnd(table, state, bits, bytes, at, start, end);
      };
      let noted = 0;
      for (let part = 0; part < PARTS; part++) {
        const last = part * quarter + (counts[part] as number);
        for (let index = part * quarter; index < last; index++) {
          const place = (ends[index] as number) >> 16;
          if (place >= noted) note((ends[index] as number) & 0xffff, start + place);
        }
        // Across the border: until it makes no difference where the walk began. Behind the last part, to the end.
        let state = states[part] as number;
        let fresh = part < PARTS - 1 ? 0 : -1;
        const stop = part < PARTS - 1 ? (part + 2) * quarter : end - start;
        let at = (part + 1) * quarter;
        for (; at < stop && state !== fresh; at++) {
          const each = classes[bytes[start + at] as number] as number;
          state = next[(state << classBits) | each] as number;
          if (fresh >= 0) fresh = next[(fresh << classBits) | each] as number;
          if (state >= firstEnd) note(state, start + at);
        }
        noted = at;
        if (state !== fresh && part < PARTS - 1) states[part + 1] = state;
      }
      return bits;
    },
  };
}

type Run = (length: number, isFolded: number) => void;

function instantiate(table: HintTable): { readonly memory: WebAssembly.Memory; readonly run: Run } | null {
  let exports: Readonly<Record<string, unknown>>;
  try {
    exports = new WebAssembly.Instance(new WebAssembly.Module(hintWalkModule(table))).exports;
  } catch {
    return null;
  }
  const { memory, run } = exports;
  if (!(memory instanceof WebAssembly.Memory) || !isRun(run)) return null;
  new Uint16Array(memory.buffer, WALK_MEMORY.next, table.next.length).set(table.next);
  new Uint8Array(memory.buffer, WALK_MEMORY.classes, table.classes.length).set(
    table.classes.map((each) => 2 * each),
  );
  return { memory, run };
}

function isRun(value: unknown): value is Run {
  return typeof value === 'function';
}
