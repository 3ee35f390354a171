import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createClickHouse } from '../../platform/clickhouse/client.ts';
import { applyMigrations } from '../../platform/clickhouse/migrations.ts';
import { loadMigrations } from '../../schemas/load-migrations.ts';
import { startEngine } from '../../stack/clickhouse/engine-process.ts';

/** Names the directory of the store that is copied. Unset where a file of tests is run by itself. */
const VARIABLE = 'DOCKET_TEST_STORE';

/** Makes a store with all tables once, for tests to copy: to make the tables takes longer than to start an engine. */
export async function makeMigratedStore(dataDir: string): Promise<void> {
  const engine = await startEngine({ dataDir });
  const clickhouse = createClickHouse({ url: engine.url });
  await applyMigrations(clickhouse, loadMigrations());
  await clickhouse.close();
  await engine.stop();
  process.env[VARIABLE] = dataDir;
}

/** Puts a copy of that store where an engine is about to start. Without it, the tables are made as ever. */
export function copyMigratedStore(dataDir: string): void {
  const made = process.env[VARIABLE];
  if (made === undefined) return;
  mkdirSync(dataDir, { recursive: true });
  cpSync(join(made, 'store'), join(dataDir, 'store'), { recursive: true, verbatimSymlinks: true });
}
