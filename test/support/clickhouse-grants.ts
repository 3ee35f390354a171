import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

/** One GRANT on one table; `columns` is empty where the whole table is granted. `*` is every table. */
export interface Grant {
  readonly privileges: readonly string[];
  readonly columns: readonly string[];
  readonly database: string;
  readonly table: string;
}

const USERS_FILE = fileURLToPath(new URL('../../deploy/clickhouse/users.d/docket.yaml', import.meta.url));
const GRANT = /^GRANT ([A-Z, ]+?)(?:\(([\w, ]+)\))? ON ([\w*]+)\.([\w*]+)$/;

const usersFile = z.object({
  users: z.record(
    z.string(),
    z.object({ grants: z.object({ query: z.array(z.string()) }).optional() }).loose(),
  ),
});

/** What each user of deploy/clickhouse may do. Throws on a GRANT that is written in another way than the others. */
export async function readGrants(): Promise<ReadonlyMap<string, readonly Grant[]>> {
  const users = await readUsers();
  return new Map(users.map(([name, statements]) => [name, statements.map(parseGrant)]));
}

/** All of their grants, as they are written. */
export async function readGrantStatements(): Promise<string[]> {
  return (await readUsers()).flatMap(([, statements]) => statements);
}

async function readUsers(): Promise<[name: string, statements: readonly string[]][]> {
  const { users } = usersFile.parse(parse(await readFile(USERS_FILE, 'utf8')));
  return Object.entries(users).map(([name, { grants }]) => [name, grants?.query ?? []]);
}

function parseGrant(statement: string): Grant {
  const match = GRANT.exec(statement);
  if (match === null) throw new Error(`not understood: ${statement}`);
  const [, privileges = '', columns, database = '', table = ''] = match;
  return {
    privileges: privileges.split(', '),
    columns: columns?.split(', ') ?? [],
    database,
    table,
  };
}
