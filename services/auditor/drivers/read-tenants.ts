import { parseTenants } from '../../../domain/tenancy/tenants.ts';
import { readSettingsFile } from '../../../platform/lifecycle/settings-file.ts';
import type { Authenticate } from '../ports.ts';

/** Reads the tenants file. Throws ConfigurationError with every problem of it, and no value. */
export async function readTenants(file: string): Promise<Authenticate> {
  const example = 'config/tenants.example.yaml';
  return (await readSettingsFile('DOCKET_TENANTS_FILE', file, example, parseTenants)).tenants.authenticate;
}
