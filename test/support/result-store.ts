import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClickHouse, createClickHouse } from '../../platform/clickhouse/client.ts';
import { applyMigrations } from '../../platform/clickhouse/migrations.ts';
import { loadMigrations } from '../../schemas/load-migrations.ts';
import { startEngine } from '../../stack/clickhouse/engine-process.ts';
import { RESULT_TABLES } from './evaluate-store.ts';
import { copyMigratedStore } from './migrated-store.ts';

const RAW_TABLES = [
  'decisions',
  'outcomes',
  'slo_adjustments',
  'tallies',
  'labels',
  'policy_changes',
  'access_log',
  'rejections',
  'duplicates',
  'quarantine',
  'progress',
];

export interface ResultStore {
  readonly url: string;
  readonly clickhouse: ClickHouse;
  /** Empties what the evaluator reads and writes. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

/** A private engine with every table in it: the evaluator closes minutes of a whole store, so tests cannot share one. */
export async function startResultStore(): Promise<ResultStore> {
  const directory = mkdtempSync(join(tmpdir(), 'docket-results-'));
  copyMigratedStore(directory);
  const engine = await startEngine({ dataDir: directory });
  const clickhouse = createClickHouse({ url: engine.url });
  await applyMigrations(clickhouse, loadMigrations());
  return {
    url: engine.url,
    clickhouse,
    clear: async () => {
      for (const table of [...RAW_TABLES, ...RESULT_TABLES]) {
        await clickhouse.command(`TRUNCATE TABLE ${table}`);
      }
    },
    stop: async () => {
      await clickhouse.close();
      await engine.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
