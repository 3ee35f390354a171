import type { FoldedText } from './fold-text.ts';

/** A text read in another way, and the way back to the text as it was sent. */
export type Layer = FoldedText;

/** Writes a layer from pieces of another one, and remembers for each unit where it came from. */
export class LayerWriter {
  readonly #from: Layer;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  #text = '';

  constructor(from: Layer) {
    this.#from = from;
  }

  /** Units of the new layer so far. */
  get length(): number {
    return this.#starts.length;
  }

  /** Takes units over as they are. */
  copy(start: number, end: number): void {
    for (let unit = start; unit < end; unit++) {
      this.#starts.push(unit);
      this.#ends.push(unit + 1);
    }
    this.#text += this.#from.text.slice(start, end);
  }

  /** Writes `text` in place of the units from `start` to `end`; every unit of it stands for all of them. */
  put(text: string, start: number, end: number): void {
    for (let unit = 0; unit < text.length; unit++) {
      this.#starts.push(start);
      this.#ends.push(end);
    }
    this.#text += text;
  }

  finish(): Layer {
    const [from, starts, ends] = [this.#from, this.#starts, this.#ends];
    const length = from.text.length;
    return {
      text: this.#text,
      originalStart: (unit) => from.originalStart(starts[unit] ?? length),
      originalEnd: (unit) => from.originalEnd((ends[unit] ?? length) - 1),
    };
  }
}

/** The layer that `change` makes of another one's text, read from the text that was sent. */
export function throughLayer(from: Layer, change: (text: string) => Layer): Layer {
  const changed = change(from.text);
  if (changed.text === from.text) return from;
  return {
    text: changed.text,
    originalStart: (unit) => from.originalStart(changed.originalStart(unit)),
    originalEnd: (unit) => from.originalEnd(changed.originalEnd(unit) - 1),
  };
}
