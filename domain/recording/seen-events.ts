/** A duplicate is one of an event among this many offsets before it; further back an event counts as new. */
export const DUPLICATE_WINDOW_OFFSETS = 1_000_000;

/** 32-bit words in an identity (event-identity.ts): 128 bits. */
export const IDENTITY_WORDS = 4;
const FIRST_ENTRIES = 1024;
/** No event repeats another. */
export const NOT_SEEN = -1;

/**
 * The identities recorded in a partition's last million offsets. Offsets alone decide, so every replay judges alike.
 *
 * A ring of entries in offset order, and a table with open addressing (linear probing) that finds them by their
 * first word: identities are cut from SHA-256, so they need no further hashing. 24 bytes an entry and 8 in the table:
 * 32 MiB for a full window, next to nothing for an idle partition.
 */
export class SeenEvents {
  #capacity = FIRST_ENTRIES;
  #words = new Uint32Array(FIRST_ENTRIES * IDENTITY_WORDS);
  #offsets = new Float64Array(FIRST_ENTRIES);
  /** Entry + 1; 0 where the slot is free. Twice as many slots as entries: probes stay short. */
  #slots = new Uint32Array(FIRST_ENTRIES * 2);
  /** Place in the ring of the oldest entry. */
  #oldest = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** How many entries there is memory for. */
  get capacity(): number {
    return this.#capacity;
  }

  /**
   * Offset of the record that an event at `offset` repeats; NOT_SEEN if it repeats none.
   * @param words the identity is `words[at]` to `words[at + 3]`
   */
  find(words: Uint32Array, at: number, offset: number): number {
    const entry = this.#lookUp(words, at);
    if (entry < 0) return NOT_SEEN;
    const earlier = this.#offsets[entry] as number;
    return earlier < offset && offset - earlier <= DUPLICATE_WINDOW_OFFSETS ? earlier : NOT_SEEN;
  }

  /** Adds an identity that `find` does not find. In offset order. */
  add(words: Uint32Array, at: number, offset: number): void {
    this.#forgetBefore(offset - DUPLICATE_WINDOW_OFFSETS);
    if (this.#size === this.#capacity) this.#grow();
    const entry = (this.#oldest + this.#size) % this.#capacity;
    for (let word = 0; word < IDENTITY_WORDS; word++)
      this.#words[entry * IDENTITY_WORDS + word] = words[at + word] as number;
    this.#offsets[entry] = offset;
    this.#size++;
    this.#link(entry);
  }

  #lookUp(words: Uint32Array, at: number): number {
    const mask = this.#slots.length - 1;
    const first = words[at] as number;
    for (let slot = first & mask; ; slot = (slot + 1) & mask) {
      const entry = (this.#slots[slot] as number) - 1;
      if (entry < 0) return entry;
      const own = entry * IDENTITY_WORDS;
      if (
        this.#words[own] === first &&
        this.#words[own + 1] === words[at + 1] &&
        this.#words[own + 2] === words[at + 2] &&
        this.#words[own + 3] === words[at + 3]
      )
        return entry;
    }
  }

  #link(entry: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#homeOf(entry, mask);
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry + 1;
  }

  #homeOf(entry: number, mask: number): number {
    return (this.#words[entry * IDENTITY_WORDS] as number) & mask;
  }

  #forgetBefore(offset: number): void {
    while (this.#size > 0 && (this.#offsets[this.#oldest] as number) < offset) {
      this.#unlink(this.#oldest);
      this.#oldest = (this.#oldest + 1) % this.#capacity;
      this.#size--;
    }
  }

  /** Frees an entry's slot and closes the gap: what probed past it moves up (Knuth, vol. 3, 6.4, algorithm R). */
  #unlink(entry: number): void {
    const mask = this.#slots.length - 1;
    let free = this.#homeOf(entry, mask);
    while (this.#slots[free] !== entry + 1) free = (free + 1) & mask;
    for (let slot = (free + 1) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = this.#homeOf((this.#slots[slot] as number) - 1, mask);
      if (((slot - home) & mask) < ((slot - free) & mask)) continue;
      this.#slots[free] = this.#slots[slot] as number;
      free = slot;
    }
    this.#slots[free] = 0;
  }

  #grow(): void {
    const capacity = this.#capacity * 2;
    const words = new Uint32Array(capacity * IDENTITY_WORDS);
    const offsets = new Float64Array(capacity);
    // The ring from its oldest entry on: its end, then its beginning.
    const tail = Math.min(this.#size, this.#capacity - this.#oldest);
    words.set(this.#words.subarray(this.#oldest * IDENTITY_WORDS, (this.#oldest + tail) * IDENTITY_WORDS));
    words.set(this.#words.subarray(0, (this.#size - tail) * IDENTITY_WORDS), tail * IDENTITY_WORDS);
    offsets.set(this.#offsets.subarray(this.#oldest, this.#oldest + tail));
    offsets.set(this.#offsets.subarray(0, this.#size - tail), tail);
    this.#words = words;
    this.#offsets = offsets;
    this.#slots = new Uint32Array(capacity * 2);
    this.#oldest = 0;
    this.#capacity = capacity;
    for (let entry = 0; entry < this.#size; entry++) this.#link(entry);
  }
}
