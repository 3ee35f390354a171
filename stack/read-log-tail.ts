import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const TAIL_BYTES = 2048;

/** The last lines of a log file, for an error message; empty when there is none. */
export function readLogTail(file: string): string {
  try {
    const handle = openSync(file, 'r');
    try {
      const size = fstatSync(handle).size;
      const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
      readSync(handle, buffer, 0, buffer.length, size - buffer.length);
      return buffer.toString('utf8').split('\n').slice(-16).join('\n').trim();
    } finally {
      closeSync(handle);
    }
  } catch {
    return '';
  }
}
