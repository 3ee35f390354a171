import type { Incident } from '../../domain/contract/events.ts';
import { inputOf } from '../../domain/contract/inputs.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import { compileRowReader } from '../../domain/contract/rows.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';

/** A version of policy and model that decided, and how often. */
export interface DecidingVersion {
  readonly version: string;
  readonly model: string;
  readonly decisions: number;
}

export interface IncidentStore {
  /** The newest step that is recorded; null if there is none. Its owner is not known, so it is empty. */
  readNewest(tenant: string, incidentId: string): Promise<Incident | null>;
  isRecorded(tenant: string, recordId: string): Promise<boolean>;
  /** Which versions decided since (milliseconds since 1970), the most frequent first; at most ten. */
  readVersions(tenant: string, policy: string, sinceMs: number): Promise<DecidingVersion[]>;
}

export function createIncidentStore(clickhouse: ClickHouse, registry: SchemaRegistry): IncidentStore {
  const reader = compileRowReader(registry.newest('recorded-incident').type);
  const { fields } = registry.newest('incident').type;
  return {
    readNewest: async (tenant, incident) => {
      const [row] = await clickhouse.query<Record<string, unknown>>(
        `SELECT ${reader.select} FROM ${inputOf('incident').table}
         WHERE tenant_id = {tenant: String} AND incident_id = {incident: UUID}
         ORDER BY append_time DESC, partition, offset DESC LIMIT 1`,
        { tenant, incident },
      );
      if (row === undefined) return null;
      const record: Record<string, unknown> = { ...reader.read(row), owner: '' };
      return Object.fromEntries(fields.map(({ name }) => [name, record[name]])) as object as Incident;
    },
    isRecorded: async (tenant, record) => {
      const rows = await clickhouse.query(
        `SELECT 1 FROM ${inputOf('incident').table}
         WHERE tenant_id = {tenant: String} AND record_id = {record: UUID} LIMIT 1`,
        { tenant, record },
      );
      return rows.length > 0;
    },
    readVersions: (tenant, policy, sinceMs) =>
      clickhouse.query<DecidingVersion>(
        `SELECT policy_version AS version, ifNull(concat(model_id, ' ', ifNull(model_version, '')), '') AS model,
           count() AS decisions
         FROM decisions
         WHERE tenant_id = {tenant: String} AND policy_id = {policy: String}
           AND append_time >= fromUnixTimestamp64Milli({sinceMs: Int64})
         GROUP BY version, model ORDER BY decisions DESC, version, model LIMIT 10`,
        { tenant, policy, sinceMs },
      ),
  };
}
