import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Kek, unwrapKey } from '../../domain/erasure/wrap-key.ts';

export interface BrokenVaults {
  /** Every box key that could be unwrapped, by hexadecimal key id. */
  readonly boxKeys: ReadonlyMap<string, Buffer>;
  /** Databases that were read, and keys that wrap others, or may. */
  readonly databases: number;
  readonly keks: readonly Buffer[];
}

interface WrappedRow {
  readonly scope: string;
  readonly key_id: Uint8Array;
  readonly kek_version: number;
  readonly wrapped: Uint8Array | null;
}

const SQLITE = Buffer.from('SQLite format 3\0');
const KEK_BYTES = 32;
const WRAPPED = ['subject_keys', 'day_keys'].map(
  (table) =>
    `SELECT scopes.name AS scope, key_id, kek_version, wrapped FROM ${table} JOIN scopes ON scopes.id = ${table}.scope`,
);

/**
 * What a thief could do who has every file of these directories: tries every key in every database, copy and backup
 * of a vault against every file that may be a KEK. Reads copies, so that a vault that runs does not notice.
 */
export function breakVaults(directories: readonly string[]): BrokenVaults {
  const files = directories.flatMap(listFiles);
  const keks = files.filter((file) => statSync(file).size === KEK_BYTES).map((file) => readFileSync(file));
  const databases = files.filter((file) => readFileSync(file).subarray(0, SQLITE.length).equals(SQLITE));
  const boxKeys = new Map<string, Buffer>();
  for (const row of databases.flatMap(readWrapped)) {
    for (const key of keks) {
      const kek: Kek = { scope: row.scope, version: row.kek_version, key };
      const opened = row.wrapped === null ? null : unwrapKey(kek, Buffer.from(row.key_id), row.wrapped);
      if (opened !== null) boxKeys.set(opened.keyId.toString('hex'), opened.boxKey);
    }
  }
  return { boxKeys, databases: databases.length, keks };
}

/** The journal beside a database is part of it: what was written last stands there. */
function readWrapped(file: string): WrappedRow[] {
  const directory = mkdtempSync(join(tmpdir(), 'docket-copy-'));
  try {
    const copy = join(directory, basename(file));
    for (const end of ['', '-wal']) {
      if (end === '' || statSync(`${file}${end}`, { throwIfNoEntry: false }) !== undefined)
        copyFileSync(`${file}${end}`, `${copy}${end}`);
    }
    const database = new DatabaseSync(copy);
    try {
      return WRAPPED.flatMap((sql) => database.prepare(sql).all() as object[] as WrappedRow[]);
    } finally {
      database.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function listFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
}
