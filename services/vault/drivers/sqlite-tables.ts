/** The vault's tables. No column holds a subject: an index is an HMAC under a key that is not in the database. */
export const TABLES = `
CREATE TABLE IF NOT EXISTS scopes (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  current INTEGER NOT NULL DEFAULT 1,
  destroyed_through INTEGER NOT NULL DEFAULT 0,
  rotate_through INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE IF NOT EXISTS subject_keys (
  scope INTEGER NOT NULL REFERENCES scopes,
  place BLOB NOT NULL,
  key_id BLOB NOT NULL UNIQUE,
  kek_version INTEGER NOT NULL,
  wrapped BLOB NOT NULL,
  minted_ms INTEGER NOT NULL,
  PRIMARY KEY (scope, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS day_keys (
  scope INTEGER NOT NULL REFERENCES scopes,
  place TEXT NOT NULL,
  day TEXT NOT NULL,
  purpose TEXT NOT NULL,
  key_id BLOB NOT NULL UNIQUE,
  kek_version INTEGER NOT NULL,
  wrapped BLOB,
  destroyed_ms INTEGER,
  PRIMARY KEY (scope, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS day_floors (
  scope INTEGER NOT NULL REFERENCES scopes,
  purpose TEXT NOT NULL,
  day TEXT NOT NULL,
  PRIMARY KEY (scope, purpose)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS tombstones (
  place BLOB NOT NULL,
  topic TEXT NOT NULL,
  partition INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  PRIMARY KEY (place, topic, partition)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS erasures (
  erasure_id BLOB PRIMARY KEY,
  tenant TEXT NOT NULL,
  place BLOB NOT NULL,
  state TEXT NOT NULL,
  kek_version INTEGER NOT NULL,
  requested_ms INTEGER NOT NULL,
  erasing_ms INTEGER,
  destroyed_ms INTEGER,
  completed_ms INTEGER,
  barriers TEXT NOT NULL,
  certificate BLOB
) STRICT;
CREATE INDEX IF NOT EXISTS erasures_of ON erasures (place, requested_ms);
CREATE INDEX IF NOT EXISTS erasures_in ON erasures (state);
CREATE INDEX IF NOT EXISTS erasures_for ON erasures (tenant, requested_ms);

CREATE TABLE IF NOT EXISTS holds (
  hold_id BLOB PRIMARY KEY,
  tenant TEXT NOT NULL,
  place BLOB,
  reason TEXT NOT NULL,
  placed_by TEXT NOT NULL,
  placed_ms INTEGER NOT NULL,
  released_ms INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS holds_for ON holds (tenant, released_ms);

CREATE TABLE IF NOT EXISTS statements (
  statement_id BLOB PRIMARY KEY,
  framed BLOB NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS outbox (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  topic TEXT NOT NULL,
  key TEXT NOT NULL,
  value BLOB NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS flags (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`;
