import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A store keeps the length of its minutes for ever: rollups of both lengths would not add up. The data directory
 * remembers it; throws an Error that says what to do when another one is asked for.
 */
export function keepTimescale(dataDir: string, timescale: number): void {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'timescale');
  if (!existsSync(file)) writeFileSync(file, `${timescale}\n`);
  const kept = Number(readFileSync(file, 'utf8'));
  if (kept === timescale) return;
  throw new Error(
    `The stores in ${dataDir} were filled at --timescale ${kept}, and their minutes cannot change. ` +
      `Start with --timescale ${kept}, with --fresh to begin anew, or with another --data-dir.`,
  );
}
