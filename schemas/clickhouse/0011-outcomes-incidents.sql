-- What becomes of decisions after they were reported, incidents, and declared changes of error budgets: records as
-- those of 0001-records.sql, laid out as they are.

CREATE TABLE IF NOT EXISTS outcomes
(
    topic LowCardinality(String),
    partition Int32,
    offset Int64 CODEC(Delta, ZSTD),
    append_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    wire_schema Nullable(FixedString(8)),
    transform FixedString(32),
    outcome_id UUID,
    tenant_id LowCardinality(String),
    enforcer_id LowCardinality(String),
    enforcer_epoch Int64,
    decision_id UUID,
    attempt Int32,
    applied LowCardinality(String),
    final Bool,
    error_class LowCardinality(Nullable(String)),
    attempted_at DateTime64(6, 'UTC'),
    salt FixedString(16) CODEC(NONE),
    `redactions.path` Array(LowCardinality(String)),
    `redactions.class` Array(LowCardinality(String)),
    `redactions.rule` Array(LowCardinality(String)),
    `redactions.count` Array(Int32),
    flags Array(LowCardinality(String)),
    origin_offset Nullable(Int64),
    leaf_hash FixedString(32) CODEC(NONE),
    INDEX append_time_range append_time TYPE minmax GRANULARITY 1,
    INDEX tenant_set tenant_id TYPE set(100) GRANULARITY 1,
    INDEX decision_id_bloom decision_id TYPE bloom_filter GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(append_time)
ORDER BY (topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 0;

CREATE TABLE IF NOT EXISTS incidents
(
    topic LowCardinality(String),
    partition Int32,
    offset Int64 CODEC(Delta, ZSTD),
    append_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    wire_schema Nullable(FixedString(8)),
    transform FixedString(32),
    record_id UUID,
    incident_id UUID,
    tenant_id LowCardinality(String),
    step LowCardinality(String),
    severity LowCardinality(String),
    category LowCardinality(String),
    impact_started_at Nullable(DateTime64(6, 'UTC')),
    detected_at Nullable(DateTime64(6, 'UTC')),
    mitigated_at Nullable(DateTime64(6, 'UTC')),
    policy_id LowCardinality(Nullable(String)),
    policy_version LowCardinality(Nullable(String)),
    confidence Nullable(Float64),
    missed_violations Nullable(Int64),
    `models.id` Array(LowCardinality(String)),
    `models.version` Array(LowCardinality(String)),
    safe_fallback Nullable(String),
    summary String,
    evidence_digest Nullable(FixedString(32)) CODEC(NONE),
    occurred_at DateTime64(6, 'UTC'),
    salt FixedString(16) CODEC(NONE),
    `redactions.path` Array(LowCardinality(String)),
    `redactions.class` Array(LowCardinality(String)),
    `redactions.rule` Array(LowCardinality(String)),
    `redactions.count` Array(Int32),
    flags Array(LowCardinality(String)),
    origin_offset Nullable(Int64),
    owner_token FixedString(16) CODEC(NONE),
    leaf_hash FixedString(32) CODEC(NONE),
    INDEX append_time_range append_time TYPE minmax GRANULARITY 1,
    INDEX tenant_set tenant_id TYPE set(100) GRANULARITY 1,
    INDEX incident_id_bloom incident_id TYPE bloom_filter GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(append_time)
ORDER BY (topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 0;

CREATE TABLE IF NOT EXISTS slo_adjustments
(
    topic LowCardinality(String),
    partition Int32,
    offset Int64 CODEC(Delta, ZSTD),
    append_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    wire_schema Nullable(FixedString(8)),
    transform FixedString(32),
    adjustment_id UUID,
    tenant_id LowCardinality(String),
    slo LowCardinality(String),
    service LowCardinality(Nullable(String)),
    kind LowCardinality(String),
    from_time DateTime64(6, 'UTC'),
    until_time Nullable(DateTime64(6, 'UTC')),
    declared_at DateTime64(6, 'UTC'),
    reason String,
    salt FixedString(16) CODEC(NONE),
    `redactions.path` Array(LowCardinality(String)),
    `redactions.class` Array(LowCardinality(String)),
    `redactions.rule` Array(LowCardinality(String)),
    `redactions.count` Array(Int32),
    flags Array(LowCardinality(String)),
    origin_offset Nullable(Int64),
    who_token FixedString(16) CODEC(NONE),
    leaf_hash FixedString(32) CODEC(NONE),
    INDEX append_time_range append_time TYPE minmax GRANULARITY 1,
    INDEX tenant_set tenant_id TYPE set(100) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(append_time)
ORDER BY (topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 0;

-- M2 of closed minutes, as slo_minutes and beside it: decisions in mode ENFORCE without probes, each once, in the append
-- minute in which it became final (five minutes after it was appended at the latest). figure: final (what became of it
-- in the end), first (how the first attempt went; retries cannot hide it).
CREATE TABLE IF NOT EXISTS enforcement_minutes
(
    append_minute DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    decided_minute DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    tenant_id LowCardinality(String),
    service LowCardinality(String),
    policy_id LowCardinality(String),
    policy_version LowCardinality(String),
    figure LowCardinality(String),
    late Bool,
    good UInt64,
    bad UInt64,
    unknown UInt64
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(append_minute)
ORDER BY (append_minute, tenant_id, service, policy_id, policy_version, figure, decided_minute, late);
