import { readdirSync, readFileSync } from 'node:fs';
import type { Migration } from '../platform/clickhouse/migrations.ts';

const DIRECTORY = new URL('./clickhouse/', import.meta.url);

/** The DDL files of `schemas/clickhouse/`, in the order in which they are applied. */
export function loadMigrations(): Migration[] {
  const names = readdirSync(DIRECTORY).filter((name) => name.endsWith('.sql'));
  if (names.length === 0)
    throw new Error('schemas/clickhouse/ holds no migration; is the checkout complete?');
  return names.sort().map((name) => ({ name, sql: readFileSync(new URL(name, DIRECTORY), 'utf8') }));
}
