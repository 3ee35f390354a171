import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';

export type Row = Readonly<Record<string, SQLOutputValue>>;

export interface Database {
  /** Compiles once; run it as often as needed. */
  prepare(sql: string): StatementSync;
  exec(sql: string): void;
  /** All of it or nothing; durable when it returns. May not be nested. */
  atomically<Result>(act: () => Result): Result;
  /** Writes a consistent copy without free pages into a file that must not exist yet. */
  copyInto(file: string): void;
  close(): void;
}

/** Another process has the database open; it must be ended first. */
export class DatabaseInUse extends Error {
  constructor() {
    super('another process has the database open; there can be only one');
    this.name = 'DatabaseInUse';
  }
}

const SQLITE_BUSY = 5;

/**
 * Opens a database, creating it where there is none, for this process alone. Every commit is on the disk before it
 * returns (`synchronous=FULL`), and what is deleted is overwritten (`secure_delete`); copies in the file system's free
 * blocks are beyond its reach. Throws DatabaseInUse while another process has it.
 */
export function openDatabase(file: string): Database {
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: true });
  try {
    for (const pragma of [
      'locking_mode = EXCLUSIVE',
      'journal_mode = WAL',
      'synchronous = FULL',
      'secure_delete = ON',
      'temp_store = MEMORY',
    ])
      database.exec(`PRAGMA ${pragma}`);
    // The lock is taken by the first to write.
    database.exec('BEGIN IMMEDIATE; COMMIT');
  } catch (error) {
    database.close();
    const isBusy =
      error instanceof Error && 'errcode' in error && Number(error.errcode) % 256 === SQLITE_BUSY;
    throw isBusy ? new DatabaseInUse() : error;
  }
  return {
    prepare: (sql) => database.prepare(sql),
    exec: (sql) => database.exec(sql),
    atomically: (act) => {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = act();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    copyInto: (copy) => {
      database.prepare('VACUUM INTO ?').run(copy);
    },
    close: () => database.close(),
  };
}
