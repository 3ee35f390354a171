import { parseTenants, type Tenants } from '../../../domain/tenancy/tenants.ts';
import { readSettingsFile } from '../../../platform/lifecycle/settings-file.ts';

/** Reads the tenants file. Throws ConfigurationError with every problem of it, and no value. */
export async function readTenants(file: string): Promise<Tenants> {
  return (await readSettingsFile('DOCKET_TENANTS_FILE', file, 'config/tenants.example.yaml', parseTenants))
    .tenants;
}
