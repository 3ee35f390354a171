/** A duplicate is one of an event among this many offsets before it; further back an event counts as new. */
export const DUPLICATE_WINDOW_OFFSETS = 1_000_000;

/**
 * The identities recorded in a partition's last million offsets. Offsets alone decide, so every replay judges alike.
 * Identities must be added in offset order.
 */
export class SeenEvents {
  readonly #offsets = new Map<string, number>();

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
    this.#offsets.delete(identity);
    this.#offsets.set(identity, offset);
    for (const [oldest, at] of this.#offsets) {
      if (offset - at <= DUPLICATE_WINDOW_OFFSETS) break;
      this.#offsets.delete(oldest);
    }
  }
}
