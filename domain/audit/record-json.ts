import type { AvroType, RecordType } from '../avro/schema.ts';
import { formatUuid } from '../contract/uuid.ts';

/**
 * A recorded record as JSON for readers: ids as UUID text, other bytes as lower-case hex, times as RFC 3339 in UTC
 * with the precision they were recorded with. Nesting and names stay those of the contract.
 */
export function recordToJson(
  type: RecordType,
  record: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(type.fields.map((field) => [field.name, toJson(field.type, record[field.name])]));
}

function toJson(type: AvroType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'record':
      return recordToJson(type, value as Record<string, unknown>);
    case 'nullable':
      return toJson(type.of, value);
    case 'array':
      return (value as readonly unknown[]).map((item) => toJson(type.items, item));
    case 'fixed':
      return type.logicalType === 'uuid'
        ? formatUuid(value as Uint8Array)
        : Buffer.from(value as Uint8Array).toString('hex');
    case 'bytes':
      return Buffer.from(value as Uint8Array).toString('hex');
    case 'long':
      if (type.logicalType === 'timestamp-micros') return rfc3339FromMicros(value as number);
      if (type.logicalType === 'timestamp-millis') return rfc3339FromMs(value as number);
      return value;
    default:
      return value;
  }
}

/** Milliseconds since 1970 as RFC 3339 in UTC, with three digits. Throws RangeError outside of a Date's range. */
export function rfc3339FromMs(ms: number): string {
  return new Date(ms).toISOString();
}

/** Microseconds since 1970 as RFC 3339 in UTC, with six digits. Throws RangeError outside of a Date's range. */
function rfc3339FromMicros(micros: number): string {
  const ms = Math.floor(micros / 1000);
  const rest = String(micros - ms * 1000).padStart(3, '0');
  return new Date(ms).toISOString().replace('Z', `${rest}Z`);
}
