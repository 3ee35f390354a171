import type { Database } from '../../../platform/sqlite/open-database.ts';
import type { VaultStore } from '../ports.ts';
import { createErasureParts } from './sqlite-erasures.ts';
import { createKeyParts } from './sqlite-keys.ts';
import { TABLES } from './sqlite-tables.ts';

const FORMAT = 'docket-vault/1';

/** The vault's store in a database; makes its tables where there are none. Throws for a database of another format. */
export function createSqliteStore(database: Database): VaultStore {
  database.exec(TABLES);
  const store = {
    atomically: database.atomically,
    ...createKeyParts(database),
    ...createErasureParts(database),
  };
  const format = store.flag('format');
  if (format === null) store.setFlag('format', FORMAT);
  else if (format !== FORMAT) throw new Error('The database is of another version of the vault.');
  return store;
}
