import type { DayPurpose } from '../../../domain/erasure/day-keys.ts';
import type { Database } from '../../../platform/sqlite/open-database.ts';
import type { VaultStore, WrappedKey } from '../ports.ts';
import { toScope, toWrappedKey } from './sqlite-rows.ts';

/** What the store does with keys and the lines of KEKs above them; all else is about erasures. */
export type KeyParts = Pick<
  VaultStore,
  | 'scope'
  | 'scopeById'
  | 'scopes'
  | 'addScope'
  | 'setScope'
  | 'rotateThrough'
  | 'findSubject'
  | 'findById'
  | 'addSubject'
  | 'removeSubject'
  | 'countSubjects'
  | 'wrappedBefore'
  | 'rewrap'
  | 'drop'
  | 'findDay'
  | 'addDay'
  | 'daysBefore'
  | 'destroyDay'
  | 'setDayFloor'
>;

const COLUMNS = 'scope, place, key_id, kek_version, wrapped';

/** The part of the store that holds keys and the lines of KEKs that they are wrapped under. */
export function createKeyParts(database: Database): KeyParts {
  return { ...createScopes(database), ...createSubjects(database), ...createDays(database) };
}

function createScopes(database: Database) {
  const find = database.prepare('SELECT * FROM scopes WHERE name = ?');
  const byId = database.prepare('SELECT * FROM scopes WHERE id = ?');
  const all = database.prepare('SELECT * FROM scopes ORDER BY id');
  const add = database.prepare('INSERT INTO scopes (name) VALUES (?) ON CONFLICT DO NOTHING');
  const set = database.prepare('UPDATE scopes SET current = ?, destroyed_through = ? WHERE id = ?');
  const rotate = database.prepare('UPDATE scopes SET rotate_through = max(rotate_through, ?) WHERE id = ?');
  return {
    scope: (name: string) => {
      const row = find.get(name);
      return row === undefined ? null : toScope(row);
    },
    scopeById: (id: number) => {
      const row = byId.get(id);
      return row === undefined ? null : toScope(row);
    },
    scopes: () => all.all().map(toScope),
    addScope: (name: string) => {
      add.run(name);
    },
    setScope: (scope: { id: number; current: number; destroyedThrough: number }) => {
      set.run(scope.current, scope.destroyedThrough, scope.id);
    },
    rotateThrough: (scopeId: number, version: number) => {
      rotate.run(version, scopeId);
    },
  };
}

function createSubjects(database: Database) {
  const find = database.prepare(`SELECT ${COLUMNS} FROM subject_keys WHERE scope = ? AND place = ?`);
  const byId = database.prepare(
    `SELECT ${COLUMNS} FROM subject_keys WHERE key_id = :id
     UNION ALL SELECT ${COLUMNS} FROM day_keys WHERE key_id = :id AND wrapped IS NOT NULL`,
  );
  const add = database.prepare(`INSERT INTO subject_keys (${COLUMNS}, minted_ms) VALUES (?, ?, ?, ?, ?, ?)`);
  const remove = database.prepare('DELETE FROM subject_keys WHERE scope = ? AND place = ?');
  const tables = ['subject_keys', 'day_keys'].map((table) => ({
    before: database.prepare(
      `SELECT ${COLUMNS} FROM ${table}
       WHERE scope = ? AND place > ? AND kek_version < ? AND wrapped IS NOT NULL ORDER BY place LIMIT ?`,
    ),
    rewrap: database.prepare(
      `UPDATE ${table} SET kek_version = ?, wrapped = ? WHERE scope = ? AND place = ?`,
    ),
  }));
  const [subjects, days] = tables;
  if (subjects === undefined || days === undefined) throw new Error('there are two tables of keys');
  const dropDay = database.prepare('UPDATE day_keys SET wrapped = NULL WHERE scope = ? AND place = ?');
  const count = database.prepare('SELECT count(*) AS keys FROM subject_keys');
  const isSubject = (index: Uint8Array | string) => typeof index !== 'string';
  return {
    findSubject: (scopeId: number, index: Uint8Array) => {
      const row = find.get(scopeId, index);
      return row === undefined ? null : toWrappedKey(row);
    },
    findById: (keyId: Uint8Array) => {
      const row = byId.get({ id: keyId });
      return row === undefined ? null : toWrappedKey(row);
    },
    addSubject: (key: WrappedKey, nowMs: number) => {
      add.run(key.scope, key.index, key.keyId, key.kekVersion, key.wrapped, nowMs);
    },
    removeSubject: (scopeId: number, index: Uint8Array) => {
      remove.run(scopeId, index);
    },
    countSubjects: () => Number(count.get()?.keys),
    wrappedBefore: (scopeId: number, version: number, after: Uint8Array | string | null, limit: number) => [
      ...(typeof after === 'string'
        ? []
        : subjects.before.all(scopeId, after ?? Buffer.alloc(0), version, limit).map(toWrappedKey)),
      ...(after instanceof Uint8Array
        ? []
        : days.before.all(scopeId, after ?? '', version, limit).map(toWrappedKey)),
    ],
    rewrap: (key: WrappedKey) => {
      const { rewrap } = isSubject(key.index) ? subjects : days;
      rewrap.run(key.kekVersion, key.wrapped, key.scope, key.index);
    },
    drop: (key: WrappedKey) => {
      (isSubject(key.index) ? remove : dropDay).run(key.scope, key.index);
    },
  };
}

function createDays(database: Database) {
  const find = database.prepare(`SELECT ${COLUMNS} FROM day_keys WHERE scope = ? AND place = ?`);
  const floor = database.prepare('SELECT 1 FROM day_floors WHERE scope = ? AND purpose = ? AND day > ?');
  const add = database.prepare(
    `INSERT INTO day_keys (${COLUMNS}, day, purpose) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const before = database.prepare(
    `SELECT ${COLUMNS} FROM day_keys
     WHERE purpose = ? AND day < ? AND wrapped IS NOT NULL AND (:scope IS NULL OR scope = :scope)`,
  );
  const destroy = database.prepare(
    'UPDATE day_keys SET wrapped = NULL, destroyed_ms = ? WHERE scope = ? AND place = ?',
  );
  const setFloor = database.prepare(
    `INSERT INTO day_floors (scope, purpose, day) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET day = max(day, excluded.day)`,
  );
  return {
    findDay: (scopeId: number, day: string, purpose: DayPurpose) => {
      const row = find.get(scopeId, placeOf(day, purpose));
      if (row !== undefined) return row.wrapped === null ? ('destroyed' as const) : toWrappedKey(row);
      return floor.get(scopeId, purpose, day) === undefined ? null : ('destroyed' as const);
    },
    addDay: (key: WrappedKey, day: string, purpose: DayPurpose) => {
      add.run(key.scope, placeOf(day, purpose), key.keyId, key.kekVersion, key.wrapped, day, purpose);
    },
    daysBefore: (purpose: DayPurpose, day: string, scopeId: number | null) =>
      before.all({ scope: scopeId }, purpose, day).map(toWrappedKey),
    destroyDay: (key: WrappedKey, nowMs: number) => {
      destroy.run(nowMs, key.scope, key.index);
    },
    setDayFloor: (scopeId: number, purpose: DayPurpose, day: string) => {
      setFloor.run(scopeId, purpose, day);
    },
  };
}

function placeOf(day: string, purpose: DayPurpose): string {
  return `${day}/${purpose}`;
}
