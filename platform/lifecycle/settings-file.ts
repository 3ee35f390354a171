import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { ConfigurationError } from './configuration.ts';

/**
 * Reads the YAML file that a setting names and hands its value to `read`. Throws ConfigurationError with the
 * setting's name and every problem, never a value of the file.
 * @param example a file of the project that shows the form.
 */
export async function readSettingsFile<T extends object>(
  setting: string,
  file: string,
  example: string,
  read: (value: unknown) => T | { readonly problems: readonly string[] },
): Promise<T> {
  const value = await parseFile(setting, file, example);
  const result = read(value);
  if (!('problems' in result)) return result;
  throw new ConfigurationError(result.problems.map((problem) => `${setting}: ${problem}`));
}

/** Waits for several settings files; throws one ConfigurationError with the problems of all of them. */
export async function readTogether<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  const outcomes = await Promise.allSettled([first, second]);
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  const problems = failures.flatMap((error) => (error instanceof ConfigurationError ? error.problems : []));
  if (problems.length > 0) throw new ConfigurationError(problems);
  return Promise.all([first, second]);
}

async function parseFile(setting: string, file: string, example: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    throw new ConfigurationError([`${setting}: the file cannot be read; ${example} shows one`]);
  }
  try {
    return parse(text);
  } catch {
    throw new ConfigurationError([`${setting}: the file is not YAML; ${example} shows one`]);
  }
}
