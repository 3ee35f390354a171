import { copyFile, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Statement } from '../../../domain/contract/events.ts';
import type { SchemaRegistry } from '../../../domain/contract/registry.ts';
import { type Database, openDatabase } from '../../../platform/sqlite/open-database.ts';
import type { BackUp } from '../ports.ts';
import { ACCEPT_LOST, RESTORED } from '../restore-erasures.ts';
import { decodeStatement } from '../statement-frames.ts';
import { appendDurably, isMissing, syncDirectory } from './durable-files.ts';
import { createSqliteStore } from './sqlite-store.ts';
import { DATABASE } from './vault-folder.ts';

const STATEMENTS = 'statements.log';
const NAME = /^vault-\d{8}T\d{9}Z\.sqlite$/;
const OWNER_ONLY = 0o700;

export interface Backups {
  readonly backUp: BackUp;
  /** Keeps the statement of an erasure, framed, whatever backup is restored later. */
  keepStatement(framed: Buffer): Promise<void>;
  readStatements(): Promise<Statement[]>;
}

export interface BackupOptions {
  readonly directory: string;
  readonly database: Database;
  readonly registry: SchemaRegistry;
  readonly kept: number;
  readonly nowMs: () => number;
  readonly wrote: (atMs: number) => void;
}

/** A folder of backups, each a whole database without KEKs, and of the statements of all erasures beside them. */
export async function openBackups(options: BackupOptions): Promise<Backups> {
  const { directory, registry } = options;
  await mkdir(directory, { recursive: true, mode: OWNER_ONLY });
  let last: Promise<unknown> = Promise.resolve();
  return {
    backUp: () => {
      const written = last.catch(() => {}).then(() => writeBackup(options));
      last = written;
      return written;
    },
    keepStatement: (framed) => appendDurably(join(directory, STATEMENTS), framed.toString('base64')),
    readStatements: () => readStatementsFile(join(directory, STATEMENTS), registry),
  };
}

/** Statements of a file of theirs; none where there is no file. Lines that hold none are passed over. */
export async function readStatementsFile(file: string, registry: SchemaRegistry): Promise<Statement[]> {
  const text = await readFile(file, 'ascii').catch((error: unknown) => {
    if (isMissing(error)) return '';
    throw error;
  });
  return text
    .split('\n')
    .map((line) => decodeStatement(registry, Buffer.from(line, 'base64')))
    .filter((statement) => statement !== null);
}

async function writeBackup({ directory, database, kept, nowMs, wrote }: BackupOptions): Promise<string> {
  const atMs = nowMs();
  const name = await freeName(directory, atMs);
  const half = join(directory, `${name}.half`);
  await rm(half, { force: true });
  database.copyInto(half);
  // Whoever opens the copy is a restored vault, by whatever way the file came to its place.
  const copy = openDatabase(half);
  try {
    createSqliteStore(copy).setFlag(RESTORED, 'yes');
  } finally {
    copy.close();
  }
  const handle = await open(half, 'r');
  await handle.sync();
  await handle.close();
  await rename(half, join(directory, name));
  await syncDirectory(directory);
  const all = (await readdir(directory)).filter((each) => NAME.test(each)).sort();
  for (const old of all.slice(0, -kept)) await rm(join(directory, old), { force: true });
  wrote(atMs);
  return name;
}

/** Two backups within one millisecond are told apart. */
async function freeName(directory: string, atMs: number): Promise<string> {
  const taken = new Set(await readdir(directory));
  for (let ms = atMs; ; ms++) {
    const name = `vault-${new Date(ms).toISOString().replace(/[-:.]/g, '')}.sqlite`;
    if (!taken.has(name)) return name;
  }
}

/**
 * Puts a backup in the place of a vault's database, which is kept under another name; and marks it, if so wished, for
 * keys to be dropped whose KEK is gone. Throws DatabaseInUse while the vault runs.
 * @returns the name of the former database; null where there was none, or nothing was put in its place.
 */
export async function restoreBackup(
  folder: string,
  backup: string | null,
  acceptLost: boolean,
): Promise<string | null> {
  const file = join(folder, DATABASE);
  const former = backup === null ? null : await putInPlace(file, backup);
  const database = openDatabase(file);
  try {
    const store = createSqliteStore(database);
    store.setFlag(RESTORED, 'yes');
    if (acceptLost) store.setFlag(ACCEPT_LOST, 'yes');
  } finally {
    database.close();
  }
  return former;
}

async function putInPlace(file: string, backup: string): Promise<string | null> {
  const half = `${file}.half`;
  await copyFile(backup, half);
  // Fails while the vault runs; and closing it leaves one file, without a log beside it.
  openDatabase(file).close();
  const former = `${file}.former-${Date.now()}`;
  await rename(file, former);
  await rename(half, file);
  return former;
}
