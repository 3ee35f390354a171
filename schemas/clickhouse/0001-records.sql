-- What is recorded. One table for each kind of event, columns as schemas/recorded-*.avsc has them, laid flat, and
-- outside the leaf: `<field>_token` for each token field, and `leaf_hash`, the leaf as it was sealed.
-- A partition is one append day, so that one insert is one part: all of a batch is stored or none of it.
-- Sorted as appended: reading back what is stored, in offset order, is what the recorder does on every take-over.

CREATE TABLE IF NOT EXISTS decisions
(
    topic LowCardinality(String),
    partition Int32,
    offset Int64 CODEC(Delta, ZSTD),
    append_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    wire_schema Nullable(FixedString(8)),
    transform FixedString(32),
    decision_id UUID,
    tenant_id LowCardinality(String),
    enforcer_id LowCardinality(String),
    enforcer_version LowCardinality(String),
    enforcer_epoch Int64,
    enforcer_sequence Nullable(Int64),
    enforcement_point LowCardinality(String),
    service LowCardinality(String),
    environment LowCardinality(String),
    region LowCardinality(String),
    request_id String,
    trace_id Nullable(FixedString(16)),
    span_id Nullable(FixedString(8)),
    action LowCardinality(String),
    resource String,
    category LowCardinality(Nullable(String)),
    risk LowCardinality(String),
    model_id LowCardinality(Nullable(String)),
    model_version LowCardinality(Nullable(String)),
    policy_id LowCardinality(String),
    policy_version LowCardinality(String),
    policy_bundle_digest Nullable(FixedString(32)),
    policy_signed Nullable(Bool),
    `rules.id` Array(LowCardinality(String)),
    `rules.layer` Array(LowCardinality(Nullable(String))),
    `rules.effect` Array(LowCardinality(String)),
    `rules.overridden` Array(Bool),
    outcome LowCardinality(String),
    raw_outcome LowCardinality(String),
    mode LowCardinality(String),
    fallback LowCardinality(String),
    applied LowCardinality(String),
    error_class LowCardinality(Nullable(String)),
    error_message Nullable(String),
    decided_at DateTime64(6, 'UTC'),
    latency_us Int64,
    overhead_us Nullable(Int64),
    cached Bool,
    cache_age_us Nullable(Int64),
    timed_out Bool,
    score Nullable(Float64),
    threshold Nullable(Float64),
    cost_micros Nullable(Int64),
    fallback_model LowCardinality(Nullable(String)),
    rate_limited Bool,
    rationale String,
    cohort LowCardinality(Nullable(String)),
    probe_id LowCardinality(Nullable(String)),
    probe_expected LowCardinality(Nullable(String)),
    `labels.key` Array(LowCardinality(String)),
    `labels.value` Array(String),
    `attributes.key` Array(LowCardinality(String)),
    `attributes.value` Array(String),
    salt FixedString(16) CODEC(NONE),
    `redactions.path` Array(LowCardinality(String)),
    `redactions.class` Array(LowCardinality(String)),
    `redactions.rule` Array(LowCardinality(String)),
    `redactions.count` Array(Int32),
    flags Array(LowCardinality(String)),
    sample_policy LowCardinality(String),
    sample_stratum LowCardinality(String),
    sample_probability Float64,
    sample_drawn Bool,
    erase_commitment Nullable(FixedString(32)),
    leaf_hash FixedString(32) CODEC(NONE),
    INDEX append_time_range append_time TYPE minmax GRANULARITY 1,
    INDEX tenant_set tenant_id TYPE set(100) GRANULARITY 1,
    INDEX decision_id_bloom decision_id TYPE bloom_filter GRANULARITY 1,
    INDEX request_id_bloom request_id TYPE bloom_filter GRANULARITY 1,
    INDEX trace_id_bloom trace_id TYPE bloom_filter GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(append_time)
ORDER BY (topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 0;

CREATE TABLE IF NOT EXISTS tallies
(
    topic LowCardinality(String),
    partition Int32,
    offset Int64 CODEC(Delta, ZSTD),
    append_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    wire_schema Nullable(FixedString(8)),
    transform FixedString(32),
    tally_id UUID,
    tenant_id LowCardinality(String),
    observer_id LowCardinality(String),
    observer_version LowCardinality(String),
    observer_kind LowCardinality(String),
    observer_epoch Int64,
    service LowCardinality(String),
    enforcement_point LowCardinality(String),
    environment LowCardinality(String),
    region LowCardinality(String),
    interval_start DateTime64(6, 'UTC'),
    interval_end DateTime64(6, 'UTC'),
    requests_in_scope Int64,
    evaluated Int64,
    `skipped.reason` Array(String),
    `skipped.count` Array(Int64),
    `dropped.reason` Array(String),
    `dropped.count` Array(Int64),
    failed Int64,
    backlog Int64,
    next_sequence Nullable(Int64),
    `policies.id` Array(LowCardinality(String)),
    `policies.version` Array(LowCardinality(String)),
    `policies.bundle_digest` Array(Nullable(FixedString(32))),
    salt FixedString(16) CODEC(NONE),
    `redactions.path` Array(LowCardinality(String)),
    `redactions.class` Array(LowCardinality(String)),
    `redactions.rule` Array(LowCardinality(String)),
    `redactions.count` Array(Int32),
    flags Array(LowCardinality(String)),
    leaf_hash FixedString(32) CODEC(NONE),
    INDEX append_time_range append_time TYPE minmax GRANULARITY 1,
    INDEX tenant_set tenant_id TYPE set(100) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(append_time)
ORDER BY (topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 0;

CREATE TABLE IF NOT EXISTS policy_changes
(
    topic LowCardinality(String),
    partition Int32,
    offset Int64 CODEC(Delta, ZSTD),
    append_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    wire_schema Nullable(FixedString(8)),
    transform FixedString(32),
    change_id UUID,
    tenant_id LowCardinality(String),
    policy_id LowCardinality(String),
    policy_version LowCardinality(String),
    policy_bundle_digest Nullable(FixedString(32)),
    step LowCardinality(String),
    region LowCardinality(Nullable(String)),
    rollout_share Nullable(Float64),
    conflicts Nullable(Int64),
    reverts LowCardinality(Nullable(String)),
    reason String,
    commit Nullable(String),
    compatible_models Array(LowCardinality(String)),
    occurred_at DateTime64(6, 'UTC'),
    salt FixedString(16) CODEC(NONE),
    `redactions.path` Array(LowCardinality(String)),
    `redactions.class` Array(LowCardinality(String)),
    `redactions.rule` Array(LowCardinality(String)),
    `redactions.count` Array(Int32),
    flags Array(LowCardinality(String)),
    who_token FixedString(16) CODEC(NONE),
    leaf_hash FixedString(32) CODEC(NONE),
    INDEX append_time_range append_time TYPE minmax GRANULARITY 1,
    INDEX tenant_set tenant_id TYPE set(100) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(append_time)
ORDER BY (topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 0;

CREATE TABLE IF NOT EXISTS labels
(
    topic LowCardinality(String),
    partition Int32,
    offset Int64 CODEC(Delta, ZSTD),
    append_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    wire_schema Nullable(FixedString(8)),
    transform FixedString(32),
    label_id UUID,
    tenant_id LowCardinality(String),
    enforcer_id LowCardinality(String),
    decision_id UUID,
    source LowCardinality(String),
    verdict LowCardinality(String),
    note String,
    labelled_at DateTime64(6, 'UTC'),
    salt FixedString(16) CODEC(NONE),
    `redactions.path` Array(LowCardinality(String)),
    `redactions.class` Array(LowCardinality(String)),
    `redactions.rule` Array(LowCardinality(String)),
    `redactions.count` Array(Int32),
    flags Array(LowCardinality(String)),
    reviewer_token FixedString(16) CODEC(NONE),
    leaf_hash FixedString(32) CODEC(NONE),
    INDEX append_time_range append_time TYPE minmax GRANULARITY 1,
    INDEX tenant_set tenant_id TYPE set(100) GRANULARITY 1,
    INDEX decision_id_bloom decision_id TYPE bloom_filter GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(append_time)
ORDER BY (topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 0;

CREATE TABLE IF NOT EXISTS access_log
(
    topic LowCardinality(String),
    partition Int32,
    offset Int64 CODEC(Delta, ZSTD),
    append_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    wire_schema Nullable(FixedString(8)),
    transform FixedString(32),
    access_id UUID,
    tenant_id LowCardinality(String),
    role LowCardinality(String),
    action LowCardinality(String),
    granted Bool,
    `filters.key` Array(LowCardinality(String)),
    `filters.value` Array(String),
    rows Int64,
    read_at DateTime64(6, 'UTC'),
    salt FixedString(16) CODEC(NONE),
    `redactions.path` Array(LowCardinality(String)),
    `redactions.class` Array(LowCardinality(String)),
    `redactions.rule` Array(LowCardinality(String)),
    `redactions.count` Array(Int32),
    flags Array(LowCardinality(String)),
    actor_token FixedString(16) CODEC(NONE),
    leaf_hash FixedString(32) CODEC(NONE),
    INDEX append_time_range append_time TYPE minmax GRANULARITY 1,
    INDEX tenant_set tenant_id TYPE set(100) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(append_time)
ORDER BY (topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 0;

CREATE TABLE IF NOT EXISTS rejections
(
    topic LowCardinality(String),
    partition Int32,
    offset Int64 CODEC(Delta, ZSTD),
    append_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    wire_schema Nullable(FixedString(8)),
    transform FixedString(32),
    rejection_id UUID,
    tenant_id LowCardinality(String),
    gateway_id LowCardinality(String),
    route LowCardinality(String),
    reason String,
    events Nullable(Int64),
    bytes Int64,
    rejected_at DateTime64(6, 'UTC'),
    salt FixedString(16) CODEC(NONE),
    `redactions.path` Array(LowCardinality(String)),
    `redactions.class` Array(LowCardinality(String)),
    `redactions.rule` Array(LowCardinality(String)),
    `redactions.count` Array(Int32),
    flags Array(LowCardinality(String)),
    leaf_hash FixedString(32) CODEC(NONE),
    INDEX append_time_range append_time TYPE minmax GRANULARITY 1,
    INDEX tenant_set tenant_id TYPE set(100) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(append_time)
ORDER BY (topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 0;

CREATE TABLE IF NOT EXISTS duplicates
(
    topic LowCardinality(String),
    partition Int32,
    offset Int64 CODEC(Delta, ZSTD),
    append_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    wire_schema Nullable(FixedString(8)),
    transform FixedString(32),
    tenant_id LowCardinality(String),
    producer_id LowCardinality(String),
    event_id UUID,
    epoch Nullable(Int64),
    sequence Nullable(Int64),
    duplicate_of Int64,
    content LowCardinality(String),
    leaf_hash FixedString(32) CODEC(NONE),
    INDEX append_time_range append_time TYPE minmax GRANULARITY 1,
    INDEX tenant_set tenant_id TYPE set(100) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(append_time)
ORDER BY (topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 0;

CREATE TABLE IF NOT EXISTS quarantine
(
    topic LowCardinality(String),
    partition Int32,
    offset Int64 CODEC(Delta, ZSTD),
    append_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    wire_schema Nullable(FixedString(8)),
    transform FixedString(32),
    reason String,
    field LowCardinality(Nullable(String)),
    bytes Int32,
    tenant_id LowCardinality(Nullable(String)),
    producer_id LowCardinality(Nullable(String)),
    event_id Nullable(UUID),
    epoch Nullable(Int64),
    sequence Nullable(Int64),
    leaf_hash FixedString(32) CODEC(NONE),
    INDEX append_time_range append_time TYPE minmax GRANULARITY 1,
    INDEX tenant_set tenant_id TYPE set(100) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(append_time)
ORDER BY (topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 0;

