import type { RejectReason } from '../../domain/contract/reject-reason.ts';
import type { BatchOutcomes, WatchedFailure } from '../../domain/recording/quarantine-watch.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { tenantOfKey } from '../../domain/recording/tenant-of-key.ts';
import type { JudgedBatch } from './ports.ts';

/** What the watch needs to know of a batch that was judged: `records` are those that were, in offset order. */
export function outcomesOf(records: readonly SourceRecord[], judged: JudgedBatch): BatchOutcomes {
  const quarantined = judged.refused;
  const recordsByTenant = new Map<string, number>();
  const failures: WatchedFailure[] = [];
  let next = 0;
  records.forEach((record, index) => {
    const tenant = tenantOfKey(record.key);
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
