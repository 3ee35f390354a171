import { createNonceSupply } from '../../domain/erasure/nonce-supply.ts';
import { type BatchKeys, dayOf, type KeyNeeds } from '../../domain/recording/key-needs.ts';
import { sealBox } from '../../domain/recording/quarantine-box.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { tenantOfKey } from '../../domain/recording/tenant-of-key.ts';
import type { RecordedRow } from './ports.ts';

/** Encrypts what quarantined records held, under the key of their tenant's day. */
export interface PayloadSealer {
  /** Whether there is anything to keep. */
  isKept(record: SourceRecord): boolean;
  /** Adds the key that a refused record needs. */
  addNeeds(needs: KeyNeeds, record: SourceRecord, row: RecordedRow): void;
  /** The row with its box; without one when the day's key was destroyed. */
  seal(record: SourceRecord, row: RecordedRow, keys: BatchKeys): RecordedRow;
}

export function createPayloadSealer(): PayloadSealer {
  const nextNonce = createNonceSupply();
  const isKept = (record: SourceRecord) => record.value !== null;
  return {
    isKept,
    addNeeds: (needs, record, row) => {
      if (isKept(record)) needs.addDay(tenantOf(record, row), dayOf(row.appendMs), 'quarantine');
    },
    seal: (record, row, keys) => {
      const { key, value } = record;
      const tenant = tenantOf(record, row);
      const dayKey = keys.day(tenant, dayOf(row.appendMs), 'quarantine');
      const payloadBox =
        dayKey === null || value === null
          ? null
          : sealBox(dayKey, tenant, record, { key, value }, nextNonce());
      return { ...row, payloadBox };
    },
  };
}

/** As the event says; else as its key claims; else nobody's. */
function tenantOf(record: SourceRecord, row: RecordedRow): string {
  const { tenant_id: tenant } = row.record;
  return typeof tenant === 'string' && tenant !== '' ? tenant : (tenantOfKey(record.key) ?? '');
}
