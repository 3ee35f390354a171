import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import type { ByteSearch } from './byte-search.ts';
import { decodeEscapes } from './decode-escapes.ts';
import { decompressColumns } from './decompress-columns.ts';

/** What was searched of one kind of place, and whose traces are there. */
interface SearchedPlace {
  parts: number;
  bytes: number;
  /** Canary → the first part in which it was found. */
  readonly found: Map<number, string>;
}

/** Everything that was searched, by kind of place. */
export type Places = Map<string, SearchedPlace>;

/** Looks through bytes as they stand and with their escapes decoded. */
export function searchBytes(
  places: Places,
  place: string,
  part: string,
  bytes: Buffer,
  search: ByteSearch,
): void {
  const searched = places.get(place) ?? { parts: 0, bytes: 0, found: new Map<number, string>() };
  places.set(place, searched);
  searched.parts++;
  searched.bytes += bytes.length;
  for (const form of [bytes, ...decodeEscapes(bytes)]) {
    search.scan(form, (id) => {
      if (!searched.found.has(id)) searched.found.set(id, part);
    });
  }
}

/** Every file below a directory, and what ClickHouse compressed in them. `placeOf` names the place of a file. */
export function searchFiles(
  places: Places,
  directory: string,
  placeOf: (file: string) => string,
  search: ByteSearch,
): void {
  for (const file of filesBelow(directory)) {
    const bytes = readIfThere(file);
    if (bytes === null) continue;
    const path = relative(directory, file).split(sep).join('/');
    const place = placeOf(path);
    searchBytes(places, place, path, bytes, search);
    const content = path.startsWith('clickhouse/') ? decompressColumns(bytes) : null;
    if (content !== null) searchBytes(places, `${place}, decompressed`, path, content, search);
  }
}

/** A store that runs removes folders while they are walked, at which a recursive readdir would throw. */
function* filesBelow(directory: string, entries = entriesOf(directory)): Generator<string> {
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isFile()) yield path;
    else if (entry.isDirectory()) yield* filesBelow(path, ifThere(() => entriesOf(path)) ?? []);
  }
}

function entriesOf(directory: string): Dirent[] {
  return readdirSync(directory, { withFileTypes: true });
}

/** Null for a file that a store that runs has removed meanwhile. */
function readIfThere(file: string): Buffer | null {
  return ifThere(() => readFileSync(file));
}

function ifThere<Result>(read: () => Result): Result | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Every column of every table, as the engine shows it. */
export async function searchTables(
  places: Places,
  place: string,
  clickhouse: ClickHouse,
  search: ByteSearch,
): Promise<void> {
  const tables = await clickhouse.query<{ name: string }>(
    'SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name',
  );
  for (const { name } of tables) {
    const rows = await clickhouse.query<object>(`SELECT * FROM \`${name}\``);
    const text = rows.map((row) => Object.values(row).map(asText).join('\n')).join('\n');
    searchBytes(places, place, name, Buffer.from(text), search);
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
