import type { Barrier } from '../../../domain/erasure/barriers.ts';
import type { Database } from '../../../platform/sqlite/open-database.ts';
import type { ErasureRow, ErasureState, HoldRow, OutgoingEvent, VaultStore } from '../ports.ts';
import type { KeyParts } from './sqlite-keys.ts';
import { bytesOf, toErasureRow, toHoldRow, toOutgoing } from './sqlite-rows.ts';

type ErasureParts = Omit<VaultStore, 'atomically' | keyof KeyParts>;

/** The part of the store that holds erasures, holds, statements and what is still to be sent. */
export function createErasureParts(database: Database): ErasureParts {
  return {
    ...createTombstones(database),
    ...createErasures(database),
    ...createHolds(database),
    ...createOutbox(database),
  };
}

function createTombstones(database: Database) {
  const find = database.prepare(
    'SELECT topic, partition, offset FROM tombstones WHERE place = ? ORDER BY topic, partition',
  );
  const raise = database.prepare(
    `INSERT INTO tombstones (place, topic, partition, offset) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET offset = max(offset, excluded.offset)`,
  );
  return {
    tombstone: (index: Uint8Array): Barrier[] =>
      find.all(index).map((row) => ({
        topic: String(row.topic),
        partition: Number(row.partition),
        offset: Number(row.offset),
      })),
    raiseTombstone: (index: Uint8Array, barriers: readonly Barrier[]) => {
      for (const { topic, partition, offset } of barriers) raise.run(index, topic, partition, offset);
    },
  };
}

function createErasures(database: Database) {
  const byId = database.prepare('SELECT * FROM erasures WHERE erasure_id = ?');
  const ofSubject = database.prepare(
    'SELECT * FROM erasures WHERE place = ? ORDER BY requested_ms DESC, rowid DESC',
  );
  const inState = database.prepare('SELECT * FROM erasures WHERE state = ? ORDER BY requested_ms');
  const ofTenant = database.prepare(
    'SELECT * FROM erasures WHERE tenant = ? ORDER BY requested_ms DESC, rowid DESC LIMIT ?',
  );
  const count = database.prepare('SELECT count(*) AS erasures FROM erasures WHERE state = ?');
  const put = database.prepare(
    `INSERT INTO erasures (erasure_id, tenant, place, state, kek_version, requested_ms, erasing_ms, destroyed_ms,
       completed_ms, barriers, certificate) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET state = excluded.state, kek_version = excluded.kek_version,
       erasing_ms = excluded.erasing_ms, destroyed_ms = excluded.destroyed_ms,
       completed_ms = excluded.completed_ms, barriers = excluded.barriers, certificate = excluded.certificate`,
  );
  return {
    findErasure: (erasureId: Uint8Array) => {
      const row = byId.get(erasureId);
      return row === undefined ? null : toErasureRow(row);
    },
    erasuresOf: (index: Uint8Array) => ofSubject.all(index).map(toErasureRow),
    erasuresIn: (state: ErasureState) => inState.all(state).map(toErasureRow),
    listErasures: (tenant: string, limit: number) => ofTenant.all(tenant, limit).map(toErasureRow),
    countErasures: (state: ErasureState) => Number(count.get(state)?.erasures),
    putErasure: (erasure: ErasureRow) => {
      put.run(
        erasure.erasureId,
        erasure.tenant,
        erasure.index,
        erasure.state,
        erasure.kekVersion,
        erasure.requestedMs,
        erasure.erasingMs,
        erasure.destroyedMs,
        erasure.completedMs,
        JSON.stringify(erasure.barriers),
        erasure.certificate,
      );
    },
  };
}

function createHolds(database: Database) {
  const add = database.prepare(
    'INSERT INTO holds (hold_id, tenant, place, reason, placed_by, placed_ms) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const find = database.prepare('SELECT * FROM holds WHERE hold_id = ? AND released_ms IS NULL');
  const release = database.prepare('UPDATE holds SET released_ms = ? WHERE hold_id = ?');
  const ofTenant = database.prepare(
    'SELECT * FROM holds WHERE tenant = ? AND released_ms IS NULL ORDER BY placed_ms',
  );
  const held = database.prepare(
    'SELECT 1 FROM holds WHERE tenant = ? AND released_ms IS NULL AND (place IS NULL OR place = ?) LIMIT 1',
  );
  return {
    addHold: (hold: HoldRow, reason: string, placedBy: string) => {
      add.run(hold.holdId, hold.tenant, hold.index, reason, placedBy, hold.placedMs);
    },
    findHold: (holdId: Uint8Array) => {
      const row = find.get(holdId);
      return row === undefined ? null : toHoldRow(row);
    },
    releaseHold: (holdId: Uint8Array, nowMs: number) => {
      release.run(nowMs, holdId);
    },
    holdsOf: (tenant: string) => ofTenant.all(tenant).map(toHoldRow),
    isHeld: (tenant: string, index: Uint8Array) => held.get(tenant, index) !== undefined,
  };
}

function createOutbox(database: Database) {
  const findStatement = database.prepare('SELECT framed FROM statements WHERE statement_id = ?');
  const addStatement = database.prepare('INSERT INTO statements (statement_id, framed) VALUES (?, ?)');
  const enqueue = database.prepare('INSERT INTO outbox (topic, key, value) VALUES (?, ?, ?)');
  const waiting = database.prepare('SELECT * FROM outbox ORDER BY sequence LIMIT ?');
  const dequeue = database.prepare('DELETE FROM outbox WHERE sequence = ?');
  const flag = database.prepare('SELECT value FROM flags WHERE name = ?');
  const setFlag = database.prepare(
    'INSERT INTO flags (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  );
  const clearFlag = database.prepare('DELETE FROM flags WHERE name = ?');
  return {
    findStatement: (statementId: Uint8Array) => {
      const row = findStatement.get(statementId);
      return row === undefined ? null : bytesOf(row, 'framed');
    },
    addStatement: (statementId: Uint8Array, framed: Buffer) => {
      addStatement.run(statementId, framed);
    },
    enqueue: ({ topic, key, value }: Omit<OutgoingEvent, 'sequence'>) => {
      enqueue.run(topic, key, value);
    },
    waiting: (limit: number) => waiting.all(limit).map(toOutgoing),
    dequeue: (sequence: number) => {
      dequeue.run(sequence);
    },
    flag: (name: string) => {
      const row = flag.get(name);
      return row === undefined ? null : String(row.value);
    },
    setFlag: (name: string, value: string | null) => {
      if (value === null) clearFlag.run(name);
      else setFlag.run(name, value);
    },
  };
}
