import { readFile } from 'node:fs/promises';
import { ConfigurationError } from './configuration.ts';

/** Reads a file that holds one secret and nothing else. Throws ConfigurationError with the setting's name, no value. */
export async function readSecretFile(setting: string, file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    throw new ConfigurationError([`${setting}: the file cannot be read`]);
  }
  const secret = text.trim();
  if (!/^\S{16,}$/.test(secret))
    throw new ConfigurationError([
      `${setting}: the file must hold one token of 16 characters or more, alone`,
    ]);
  return secret;
}
