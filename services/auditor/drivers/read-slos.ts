import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseSloDefinitions, type Slo } from '../../../domain/slo/definition.ts';
import { ConfigurationError } from '../../../platform/lifecycle/configuration.ts';

/** Reads the objectives of a folder. Throws ConfigurationError with every problem of every file. */
export async function readSlos(directory: string): Promise<readonly Slo[]> {
  const variable = 'DOCKET_SLO_DIRECTORY';
  let names: string[];
  try {
    names = (await readdir(directory)).filter((name) => name.endsWith('.yaml')).sort();
  } catch {
    throw new ConfigurationError([`${variable}: the folder cannot be read`]);
  }
  if (names.length === 0) throw new ConfigurationError([`${variable}: the folder holds no *.yaml file`]);
  const documents = await Promise.all(
    names.map(async (file) => ({ file, value: parseOrNull(await readFile(join(directory, file), 'utf8')) })),
  );
  const parsed = parseSloDefinitions(documents);
  if ('slos' in parsed) return parsed.slos;
  throw new ConfigurationError(
    parsed.problems.map(
      ({ file, path, message }) => `${variable}: ${file}: ${path || '(all of it)'}: ${message}`,
    ),
  );
}

/** What is no YAML is no objective either, and is reported as such. */
function parseOrNull(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return null;
  }
}
