import type { PlannedLabel } from './plan-label.ts';

/** A label that somebody will give when the time has come. */
export interface DueLabel {
  readonly dueMs: number;
  readonly tenant: string;
  readonly enforcerId: string;
  readonly decisionId: string;
  readonly label: PlannedLabel;
}

/** Decisions that wait for their reviewer. Bounded: while it is full, nobody looks at new ones. */
export class LabelSchedule {
  readonly #maxWaiting: number;
  #waiting: DueLabel[] = [];

  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  add(label: DueLabel): void {
    if (this.#waiting.length < this.#maxWaiting) this.#waiting.push(label);
  }

  /** Takes out what is due by now; with Infinity everything. */
  takeDue(nowMs: number): DueLabel[] {
    const due = this.#waiting.filter(({ dueMs }) => dueMs <= nowMs);
    if (due.length > 0) this.#waiting = this.#waiting.filter(({ dueMs }) => dueMs > nowMs);
    return due;
  }
}
