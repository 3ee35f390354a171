import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const SHARED_MEMORY = '/dev/shm';
/** What linux/magic.h calls TMPFS_MAGIC. */
const TMPFS = 0x01021994;
/** What stores that run at once take, and much to spare. */
const ROOM_BYTES = 6 * 1024 ** 3;

/**
 * A directory for the data of stores that live for a test or a phase of a benchmark: in memory if there is room, else
 * the system's temporary one. A filesystem pays for the files of stores that were removed before: for minutes after,
 * ext4 goes through them all whenever it makes a new one (a third of ClickHouse's CPU in some phases).
 */
export function memoryDirectory(): string {
  try {
    const { type, bavail, bsize } = statfsSync(SHARED_MEMORY);
    return type === TMPFS && bavail * bsize >= ROOM_BYTES ? SHARED_MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}
