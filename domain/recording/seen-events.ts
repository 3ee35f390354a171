/** A duplicate is one of an event among this many offsets before it; further back an event counts as new. */
export const DUPLICATE_WINDOW_OFFSETS = 1_000_000;

/**
 * The identities recorded in a partition's last million offsets. Offsets alone decide, so every replay judges alike.
 * Identities must be added in offset order.
 */
export class SeenEvents {
  readonly #offsets = new Map<string, number>();
  /** Walks from the oldest entry on and is kept between calls: a fresh one would walk over all that was deleted. */
  #walk = this.#offsets.entries();
  #oldest: [string, number] | undefined;

  get size(): number {
    return this.#offsets.size;
  }

  /** Offset of the record that an event at `offset` repeats; null if it repeats none. */
  find(identity: string, offset: number): number | null {
    const earlier = this.#offsets.get(identity);
    return earlier !== undefined && earlier < offset && offset - earlier <= DUPLICATE_WINDOW_OFFSETS
      ? earlier
      : null;
  }

  add(identity: string, offset: number): void {
    // Taken out first, so that it stands at the end again: the order of entries is the order of offsets.
    this.#offsets.delete(identity);
    this.#offsets.set(identity, offset);
    this.#forgetBefore(offset - DUPLICATE_WINDOW_OFFSETS);
  }

  #forgetBefore(offset: number): void {
    for (;;) {
      this.#oldest ??= this.#walk.next().value;
      if (this.#oldest === undefined) {
        this.#walk = this.#offsets.entries();
        return;
      }
      const [identity, at] = this.#oldest;
      if (at >= offset) return;
      // It may have been added again since; then it stands further back.
      if (this.#offsets.get(identity) === at) this.#offsets.delete(identity);
      this.#oldest = undefined;
    }
  }
}
