-- Privacy: statements of what was taken away on purpose, requests to forget somebody, and what people erasable data is
-- about; and the leaks that were found.

CREATE TABLE IF NOT EXISTS statements
(
    topic LowCardinality(String),
    partition Int32,
    offset Int64 CODEC(Delta, ZSTD),
    append_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    wire_schema Nullable(FixedString(8)),
    transform FixedString(32),
    statement_id UUID,
    tenant_id LowCardinality(String),
    kind LowCardinality(String),
    about Nullable(UUID),
    `ranges.topic` Array(LowCardinality(String)),
    `ranges.partition` Array(Int32),
    `ranges.first_offset` Array(Int64),
    `ranges.last_offset` Array(Int64),
    rows Int64,
    `details.key` Array(LowCardinality(String)),
    `details.value` Array(String),
    issued_at DateTime64(6, 'UTC'),
    key_name LowCardinality(String),
    signature FixedString(64) CODEC(NONE),
    salt FixedString(16) CODEC(NONE),
    `redactions.path` Array(LowCardinality(String)),
    `redactions.class` Array(LowCardinality(String)),
    `redactions.rule` Array(LowCardinality(String)),
    `redactions.count` Array(Int32),
    flags Array(LowCardinality(String)),
    origin_offset Nullable(Int64),
    leaf_hash FixedString(32) CODEC(NONE),
    INDEX append_time_range append_time TYPE minmax GRANULARITY 1,
    INDEX tenant_set tenant_id TYPE set(100) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(append_time)
ORDER BY (topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 0;

CREATE TABLE IF NOT EXISTS erasure_requests
(
    topic LowCardinality(String),
    partition Int32,
    offset Int64 CODEC(Delta, ZSTD),
    append_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    wire_schema Nullable(FixedString(8)),
    transform FixedString(32),
    erasure_id UUID,
    tenant_id LowCardinality(String),
    held Bool,
    reason String,
    requested_at DateTime64(6, 'UTC'),
    salt FixedString(16) CODEC(NONE),
    `redactions.path` Array(LowCardinality(String)),
    `redactions.class` Array(LowCardinality(String)),
    `redactions.rule` Array(LowCardinality(String)),
    `redactions.count` Array(Int32),
    flags Array(LowCardinality(String)),
    origin_offset Nullable(Int64),
    requested_by_token FixedString(16) CODEC(NONE),
    leaf_hash FixedString(32) CODEC(NONE),
    INDEX append_time_range append_time TYPE minmax GRANULARITY 1,
    INDEX tenant_set tenant_id TYPE set(100) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(append_time)
ORDER BY (topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 0;

-- The erasable record, encrypted under the keys of everybody it is about (domain/erasure/erasable-box.ts), and tokens
-- that stand for them. Outside the leaf and outside replay identity: when a key is destroyed, nothing else changes.
ALTER TABLE decisions ADD COLUMN IF NOT EXISTS erasable_box Nullable(String) CODEC(NONE) AFTER origin_offset;
ALTER TABLE decisions ADD COLUMN IF NOT EXISTS subject_tokens Array(FixedString(16)) CODEC(NONE) AFTER erasable_box;
ALTER TABLE decisions ADD COLUMN IF NOT EXISTS principal_token Nullable(FixedString(16)) CODEC(NONE) AFTER subject_tokens;
ALTER TABLE decisions ADD INDEX IF NOT EXISTS subject_token_bloom subject_tokens TYPE bloom_filter GRANULARITY 1;

-- What was found where it must not be: coordinates only, never the value. The id follows from where it was found, so
-- that a finding reported twice is one.
CREATE TABLE IF NOT EXISTS leaks
(
    leak_id UUID,
    found_at DateTime64(3, 'UTC'),
    tenant_id LowCardinality(String),
    source LowCardinality(String),
    service LowCardinality(String),
    table LowCardinality(String),
    topic LowCardinality(Nullable(String)),
    partition Nullable(Int32),
    offset Nullable(Int64),
    path LowCardinality(String),
    rule LowCardinality(String),
    count Int32,
    ruleset FixedString(32)
)
ENGINE = ReplacingMergeTree(found_at)
ORDER BY leak_id;

CREATE TABLE IF NOT EXISTS leak_acknowledgements
(
    leak_id UUID,
    acknowledged_at DateTime64(3, 'UTC'),
    by LowCardinality(String),
    note_code LowCardinality(String)
)
ENGINE = ReplacingMergeTree(acknowledged_at)
ORDER BY leak_id;
