import type { RejectReason } from '../../domain/contract/reject-reason.ts';
import type { BatchOutcomes, WatchedFailure } from '../../domain/recording/quarantine-watch.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { tenantOfKey } from '../../domain/recording/tenant-of-key.ts';
import type { JudgedBatch } from './ports.ts';

const LONGEST_KNOWN_KEY_BYTES = 200;

/** What the watch needs to know of a batch that was judged: `records` are those that were, in offset order. */
export function outcomesOf(records: readonly SourceRecord[], judged: JudgedBatch): BatchOutcomes {
  const quarantined = judged.refused;
  const tenantOf = createTenantReader();
  const recordsByTenant = new Map<string, number>();
  const failures: WatchedFailure[] = [];
  let next = 0;
  records.forEach((record, index) => {
    const tenant = tenantOf(record);
    if (tenant !== null) recordsByTenant.set(tenant, (recordsByTenant.get(tenant) ?? 0) + 1);
    const row = quarantined[next];
    if (row?.offset !== record.offset) return;
    next++;
    failures.push({
      index,
      offset: record.offset,
      reason: row.record.reason as RejectReason,
      tenant: (row.record.tenant_id as string | null) ?? tenant,
      isReplay: row.record.origin_offset !== null,
    });
  });
  return { records: records.length, appendMs: records.at(-1)?.appendMs ?? 0, recordsByTenant, failures };
}

/** Keys recur in every batch: each is judged once. */
function createTenantReader(): (record: SourceRecord) => string | null {
  const known = new Map<string, string | null>();
  return (record) => {
    const text = keyTextOf(record);
    if (text === null || text.length > LONGEST_KNOWN_KEY_BYTES) return tenantOfKey(record.key);
    let tenant = known.get(text);
    if (tenant === undefined) {
      tenant = tenantOfKey(record.key);
      known.set(text, tenant);
    }
    return tenant;
  };
}

/** A character for each byte of the key, read where it lies if it can be; null when there is none. */
function keyTextOf(record: SourceRecord): string | null {
  const { memory, keyStart, keyEnd } = record;
  if (memory === undefined) return record.key?.toString('latin1') ?? null;
  return keyStart === undefined || keyStart < 0 ? null : memory.toString('latin1', keyStart, keyEnd);
}
