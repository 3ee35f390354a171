import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import type { WeekResult } from './run-week.ts';

/** A week that is kept: of which settings and rules, and what it took. */
export interface KeptWeek extends WeekResult {
  readonly run: string;
  readonly seconds: number;
}

/** Finished weeks, one JSON object a line. A week of another run is an error; a torn last line is cut off. */
export class WeekLedger {
  readonly #file: string;
  readonly #run: string;

  constructor(file: string, run: string) {
    this.#file = file;
    this.#run = run;
  }

  /** Weeks by their number. Throws where the file holds anything else. */
  read(): ReadonlyMap<number, KeptWeek> {
    if (!existsSync(this.#file)) return new Map();
    const text = readFileSync(this.#file, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) truncateSync(this.#file, Buffer.byteLength(whole));
    const lines = whole.split('\n').filter((line) => line !== '');
    return new Map(lines.map((line, index) => this.#parse(line, index + 1)).map((week) => [week.week, week]));
  }

  /** Keeps a finished week. */
  append(week: WeekResult, seconds: number): void {
    appendFileSync(this.#file, `${JSON.stringify({ run: this.#run, ...week, seconds })}\n`);
  }

  #parse(line: string, number: number): KeptWeek {
    let week: KeptWeek;
    try {
      week = JSON.parse(line);
    } catch {
      throw new Error(`${this.#file}:${number} is no week of a quiet run: name another file`);
    }
    if (week.run === this.#run) return week;
    throw new Error(
      `${this.#file}:${number} is of other rules, objectives or options than these: name another file`,
    );
  }
}
