/** Things that come when their time has come. Bounded: while it is full, new ones are left out. */
export class DueSchedule<T extends { readonly dueMs: number }> {
  readonly #maxWaiting: number;
  #waiting: T[] = [];

  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  add(item: T): void {
    if (this.#waiting.length < this.#maxWaiting) this.#waiting.push(item);
  }

  /** Takes out what is due by now; with Infinity everything. */
  takeDue(nowMs: number): T[] {
    const due = this.#waiting.filter(({ dueMs }) => dueMs <= nowMs);
    if (due.length > 0) this.#waiting = this.#waiting.filter(({ dueMs }) => dueMs > nowMs);
    return due;
  }
}
