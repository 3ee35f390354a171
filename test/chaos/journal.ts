import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Journal {
  write(line: string): void;
  /** What happened between two times (milliseconds since 1970). */
  between(fromMs: number, toMs: number): string[];
  last(count: number): string[];
}

export interface KeptJournal extends Journal {
  /** Writes every line into a file of this directory as well, from now on. */
  keepIn(directory: string): void;
}

/** Remembers what happened when, and writes it beside the stores. */
export function createJournal(): KeptJournal {
  const lines: { readonly atMs: number; readonly line: string }[] = [];
  let file: string | null = null;
  const render = ({ atMs, line }: { atMs: number; line: string }) =>
    `${new Date(atMs).toISOString().slice(11, 23)} ${line}`;
  return {
    write: (line) => {
      const entry = { atMs: Date.now(), line };
      lines.push(entry);
      if (file !== null) appendFileSync(file, `${render(entry)}\n`);
    },
    keepIn: (directory) => {
      file = join(directory, 'chaos.log');
    },
    between: (fromMs, toMs) =>
      lines.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).map((entry) => render(entry)),
    last: (count) => lines.slice(-count).map((entry) => render(entry)),
  };
}
