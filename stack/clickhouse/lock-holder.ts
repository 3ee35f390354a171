import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The living process, not this one, that the engine's lock file names; the engine itself tells it only on stderr. */
export function lockHolder(storeDir: string): number | null {
  try {
    const pid = Number(/^PID: (\d+)/m.exec(readFileSync(join(storeDir, 'status'), 'utf8'))?.[1]);
    if (!Number.isSafeInteger(pid) || pid === process.pid) return null;
    process.kill(pid, 0);
    return pid;
  } catch {
    return null;
  }
}
