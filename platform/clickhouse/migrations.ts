import { createHash } from 'node:crypto';
import type { ClickHouse } from './client.ts';

export interface Migration {
  /** File name; files are applied in the order of their names. */
  readonly name: string;
  readonly sql: string;
}

const LEDGER = `CREATE TABLE IF NOT EXISTS schema_migrations
(name String, sha256 String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3)) ENGINE = MergeTree ORDER BY name`;

/**
 * Applies what is not applied yet, each file statement by statement. Statements are written so that repeating them
 * does no harm: a migration that was cut short is applied again from its start.
 * @returns the names of the files applied now.
 * Throws an Error when a file that was applied before has changed since.
 */
export async function applyMigrations(
  clickhouse: ClickHouse,
  migrations: readonly Migration[],
): Promise<string[]> {
  await clickhouse.command(LEDGER);
  const ledger = await clickhouse.query<{ name: string; sha256: string }>(
    'SELECT name, sha256 FROM schema_migrations',
  );
  const applied = new Map(ledger.map((row) => [row.name, row.sha256]));
  const now: string[] = [];
  for (const { name, sql } of [...migrations].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const sha256 = createHash('sha256').update(sql).digest('hex');
    const before = applied.get(name);
    if (before === sha256) continue;
    if (before !== undefined) {
      throw new Error(
        `Migration ${name} has changed since it was applied. Add a new file instead of editing it.`,
      );
    }
    for (const statement of splitStatements(sql)) await clickhouse.command(statement);
    await clickhouse.insertRows('schema_migrations', [{ name, sha256 }]);
    now.push(name);
  }
  return now;
}

/** The statements of a file: each ends with a semicolon at the end of a line. Comment lines are left out. */
function splitStatements(sql: string): string[] {
  return sql
    .replace(/^\s*--.*$/gm, '')
    .split(/;[ \t]*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
