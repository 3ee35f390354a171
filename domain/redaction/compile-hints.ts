import { FOREIGN_SCRIPT, FOREIGN_SIGN } from './fold-code-point.ts';

/** Looks closer at a word: `last` is the place of its last byte in the text from `start` to `end`. */
export type Confirm = (bytes: Uint8Array, last: number, start: number, end: number) => boolean;

/** A word that makes rules worth running; upper and lower case are one. */
export interface Hint {
  /** ASCII, letters in lower case. */
  readonly word: string;
  readonly bit: number;
  readonly confirm?: Confirm;
}

/**
 * The automaton of Aho and Corasick (1975) over folded bytes: `next[state << classBits | classes[byte]]`. States from
 * `firstEnd` on end one or more hints, which `ends[state - firstEnd]` holds.
 */
export interface HintTable {
  /** The class of a byte; letters are in one class with their capitals. */
  readonly classes: Uint8Array;
  readonly classBits: number;
  readonly next: Uint16Array;
  readonly firstEnd: number;
  readonly ends: readonly (readonly Hint[])[];
  /** The state behind a letter of another script: nothing is begun. */
  readonly foreign: number;
}

const BYTES = 256;
/** The class of all bytes that are in no hint, and the one of letters of other scripts. */
const NO_CLASS = 0;
const FOREIGN_CLASS = 1;

/** Compiles the hints once. Throws a RangeError when a hint holds what no hint can. */
export function compileHints(hints: readonly Hint[]): HintTable {
  const { classes, count } = classify(hints);
  const classBits = Math.ceil(Math.log2(count));
  const trie = growTrie(hints, classes);
  const order = orderByOutput(trie);
  const place = new Map(order.map((node, state) => [node, state]));
  const placeOf = (node: Node): number => place.get(node) ?? 0;
  const firstEnd = order.findIndex((node) => node.hints.length > 0);
  // Behind all others: nothing is begun, and it is seen as an end.
  const foreign = order.length;
  const next = new Uint16Array((order.length + 1) << classBits);
  for (const [state, node] of [...order, trie[0]].entries()) {
    if (node === undefined) continue;
    for (let each = 0; each < count; each++)
      next[(state << classBits) | each] = each === FOREIGN_CLASS ? foreign : placeOf(follow(node, each));
  }
  const ends = [...order.slice(firstEnd).map((node) => node.hints), []];
  return { classes, classBits, next, firstEnd, ends, foreign };
}

function classify(hints: readonly Hint[]): { classes: Uint8Array; count: number } {
  const classes = new Uint8Array(BYTES).fill(NO_CLASS);
  classes[FOREIGN_SCRIPT] = FOREIGN_CLASS;
  let count = FOREIGN_CLASS + 1;
  for (const { word } of hints) {
    for (const char of word.toLowerCase()) {
      const code = char.charCodeAt(0);
      if (code >= FOREIGN_SIGN) throw new RangeError('A hint is of ASCII characters.');
      if (classes[code] === NO_CLASS) classes[code] = count++;
      classes[char.toUpperCase().charCodeAt(0)] = classes[code] as number;
    }
  }
  return { classes, count };
}

interface Node {
  readonly children: Map<number, Node>;
  readonly hints: Hint[];
  fallback: Node | undefined;
}

/** Every node, the root first, none before a shorter one; each with the hints that end there. */
function growTrie(hints: readonly Hint[], classes: Uint8Array): Node[] {
  const root: Node = { children: new Map(), hints: [], fallback: undefined };
  for (const hint of hints) {
    let node = root;
    for (const char of hint.word) {
      const each = classes[char.charCodeAt(0)] as number;
      let child = node.children.get(each);
      if (child === undefined) {
        child = { children: new Map(), hints: [], fallback: root };
        node.children.set(each, child);
      }
      node = child;
    }
    node.hints.push(hint);
  }
  const nodes = [root];
  for (const node of nodes) {
    for (const [each, child] of node.children) {
      child.fallback = node === root ? root : follow(node.fallback ?? root, each);
      child.hints.push(...child.fallback.hints);
      nodes.push(child);
    }
  }
  return nodes;
}

function follow(node: Node, each: number): Node {
  for (let from: Node | undefined = node; from !== undefined; from = from.fallback) {
    const child = from.children.get(each);
    if (child !== undefined) return child;
    if (from.fallback === undefined) return from;
  }
  return node;
}

function orderByOutput(nodes: readonly Node[]): Node[] {
  return [
    ...nodes.filter((node) => node.hints.length === 0),
    ...nodes.filter((node) => node.hints.length > 0),
  ];
}
