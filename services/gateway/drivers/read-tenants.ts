import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { parseTenants, type Tenants } from '../../../domain/tenancy/tenants.ts';
import { ConfigurationError } from '../../../platform/lifecycle/configuration.ts';

/** Reads the tenants file. Throws ConfigurationError with every problem of it, and no value. */
export async function readTenants(file: string): Promise<Tenants> {
  let value: unknown;
  try {
    value = parse(await readFile(file, 'utf8'));
  } catch (error) {
    const what =
      error instanceof Error && 'code' in error && 'syscall' in error ? 'cannot be read' : 'is not YAML';
    throw new ConfigurationError([
      `DOCKET_TENANTS_FILE: the file ${what}; config/tenants.example.yaml shows one`,
    ]);
  }
  const parsed = parseTenants(value);
  if ('tenants' in parsed) return parsed.tenants;
  throw new ConfigurationError(parsed.problems.map((problem) => `DOCKET_TENANTS_FILE: ${problem}`));
}
