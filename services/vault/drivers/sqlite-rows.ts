import type { Row } from '../../../platform/sqlite/open-database.ts';
import type { ErasureRow, ErasureState, HoldRow, OutgoingEvent, Scope, WrappedKey } from '../ports.ts';

/** A value of a column as bytes; throws where it is none, for then the database is not ours. */
export function bytesOf(row: Row, column: string): Buffer {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw new Error(`vault database: ${column} should be bytes`);
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

function bytesOrNull(row: Row, column: string): Buffer | null {
  return row[column] === null ? null : bytesOf(row, column);
}

function numberOrNull(row: Row, column: string): number | null {
  const value = row[column];
  return value === null || value === undefined ? null : Number(value);
}

/** A row of `scopes`. */
export function toScope(row: Row): Scope {
  return {
    id: Number(row.id),
    name: String(row.name),
    current: Number(row.current),
    destroyedThrough: Number(row.destroyed_through),
    rotateThrough: Number(row.rotate_through),
  };
}

/** A row of `subject_keys`, or of `day_keys` that is not destroyed. */
export function toWrappedKey(row: Row): WrappedKey {
  return {
    scope: Number(row.scope),
    index: typeof row.place === 'string' ? row.place : bytesOf(row, 'place'),
    keyId: bytesOf(row, 'key_id'),
    kekVersion: Number(row.kek_version),
    wrapped: bytesOf(row, 'wrapped'),
  };
}

/** A row of `erasures`. */
export function toErasureRow(row: Row): ErasureRow {
  return {
    erasureId: bytesOf(row, 'erasure_id'),
    tenant: String(row.tenant),
    index: bytesOf(row, 'place'),
    state: String(row.state) as ErasureState,
    kekVersion: Number(row.kek_version),
    requestedMs: Number(row.requested_ms),
    erasingMs: numberOrNull(row, 'erasing_ms'),
    destroyedMs: numberOrNull(row, 'destroyed_ms'),
    completedMs: numberOrNull(row, 'completed_ms'),
    barriers: JSON.parse(String(row.barriers)) as ErasureRow['barriers'],
    certificate: bytesOrNull(row, 'certificate'),
  };
}

/** A row of `holds`. */
export function toHoldRow(row: Row): HoldRow {
  return {
    holdId: bytesOf(row, 'hold_id'),
    tenant: String(row.tenant),
    index: bytesOrNull(row, 'place'),
    placedMs: Number(row.placed_ms),
  };
}

/** A row of `outbox`. */
export function toOutgoing(row: Row): OutgoingEvent {
  return {
    sequence: Number(row.sequence),
    topic: String(row.topic),
    key: String(row.key),
    value: bytesOf(row, 'value'),
  };
}
