import { DUPLICATE_WINDOW_OFFSETS } from './seen-events.ts';

/**
 * Which quarantined records were replayed already, in one partition: the origin of each replay of the last million
 * offsets (the window of duplicates, so that memory and a take-over are bounded whatever headers producers send).
 * Offsets alone decide, so every replay judges alike. Must be added to in offset order.
 */
export class ReplayedOrigins {
  readonly #carriers = new Map<number, number>();
  /** Kept between calls, as in SeenEvents: a fresh walk would pass over all that was deleted. */
  #walk = this.#carriers.entries();
  #oldest: [number, number] | undefined;

  get size(): number {
    return this.#carriers.size;
  }

  /** Whether a record at a lower offset, within the window, was taken as the replay of this origin. */
  has(originOffset: number, offset: number): boolean {
    const carrier = this.#carriers.get(originOffset);
    return carrier !== undefined && carrier < offset && offset - carrier <= DUPLICATE_WINDOW_OFFSETS;
  }

  /** Notes that the record at `offset` was taken as the replay of an origin, whatever became of it. */
  add(originOffset: number, offset: number): void {
    // Taken out first, so that it stands at the end again: the order of entries is the order of offsets.
    this.#carriers.delete(originOffset);
    this.#carriers.set(originOffset, offset);
    this.#forgetBefore(offset - DUPLICATE_WINDOW_OFFSETS);
  }

  #forgetBefore(offset: number): void {
    for (;;) {
      this.#oldest ??= this.#walk.next().value;
      if (this.#oldest === undefined) {
        this.#walk = this.#carriers.entries();
        return;
      }
      const [origin, carrier] = this.#oldest;
      if (carrier >= offset) return;
      if (this.#carriers.get(origin) === carrier) this.#carriers.delete(origin);
      this.#oldest = undefined;
    }
  }
}
