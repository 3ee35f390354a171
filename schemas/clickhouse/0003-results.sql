-- What the evaluator computed from closed append minutes. Nothing here is a record: every row can be computed again
-- from the tables of 0001-records.sql, so a row written twice is the same row (ReplacingMergeTree, read with FINAL).
-- A "minute" is 60 s divided by the timescale; append_minute and decided_minute are starts of minutes.

-- Minutes that are closed. Written last: what is in the other tables about a minute that is not here may be partial.
-- watermark: the minute's end; everything that was appended before it is in the results.
CREATE TABLE IF NOT EXISTS closed_minutes
(
    append_minute DateTime64(3, 'UTC'),
    watermark DateTime64(3, 'UTC'),
    bucket_ms UInt32
)
ENGINE = ReplacingMergeTree
ORDER BY append_minute;

-- Decisions by everything that people ask about. late: appended more than 15 minutes after it was decided.
-- decided_minute is never after append_minute: an enforcer whose clock is ahead cannot leave the budget.
CREATE TABLE IF NOT EXISTS decision_minutes
(
    append_minute DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    decided_minute DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    tenant_id LowCardinality(String),
    service LowCardinality(String),
    enforcement_point LowCardinality(String),
    region LowCardinality(String),
    policy_id LowCardinality(String),
    policy_version LowCardinality(String),
    mode LowCardinality(String),
    outcome LowCardinality(String),
    fallback LowCardinality(String),
    applied LowCardinality(String),
    late Bool,
    probe Bool,
    decisions UInt64,
    timed_out UInt64,
    cached UInt64,
    rate_limited UInt64,
    latency_us_sum Int64,
    latency_us_max Int64
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(append_minute)
ORDER BY (append_minute, decided_minute, tenant_id, service, enforcement_point, region, policy_id, policy_version,
    mode, outcome, fallback, applied, late, probe);

-- Good, bad and total (good + bad) per objective. unknown: events that cannot be judged, in neither of them.
-- definition: digest of how the objective counts; a changed threshold starts numbers of its own.
CREATE TABLE IF NOT EXISTS slo_minutes
(
    append_minute DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    decided_minute DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    slo LowCardinality(String),
    definition LowCardinality(String),
    tenant_id LowCardinality(String),
    service LowCardinality(String),
    late Bool,
    good UInt64,
    bad UInt64,
    total UInt64,
    unknown UInt64
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(append_minute)
ORDER BY (append_minute, slo, definition, tenant_id, service, decided_minute, late);

-- Every service that was ever heard of, so that its silence shows. observed: somebody who is not its enforcer
-- counted its requests.
CREATE TABLE IF NOT EXISTS services_seen
(
    tenant_id LowCardinality(String),
    service LowCardinality(String),
    observed Bool,
    first_minute SimpleAggregateFunction(min, DateTime64(3, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (tenant_id, service, observed);

-- Sequences per life of an enforcer, as sets: adding the same minute twice changes nothing. expected lags by the
-- settle time. unnumbered: 1 if a decision came without a sequence; its completeness is unknown.
CREATE TABLE IF NOT EXISTS sequence_sets
(
    tenant_id LowCardinality(String),
    enforcer_id String,
    epoch Int64,
    expected SimpleAggregateFunction(max, Int64),
    sequences AggregateFunction(groupBitmap, UInt64),
    unnumbered SimpleAggregateFunction(max, UInt8),
    last_minute SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (tenant_id, enforcer_id, epoch);

-- missing = sequences that were announced and are in none of decisions, duplicates, quarantine.
CREATE VIEW IF NOT EXISTS completeness AS
SELECT
    tenant_id, enforcer_id, epoch, expected,
    bitmapCardinality(bitmapSubsetInRange(merged, toUInt64(0), toUInt64(expected))) AS seen,
    toUInt64(expected) - seen AS missing,
    unnumbered, last_minute
FROM
(
    SELECT
        tenant_id, enforcer_id, epoch,
        max(sets.expected) AS expected,
        groupBitmapMergeState(sets.sequences) AS merged,
        max(sets.unnumbered) AS unnumbered,
        max(sets.last_minute) AS last_minute
    FROM sequence_sets AS sets
    GROUP BY tenant_id, enforcer_id, epoch
);

-- The outcome mix that a policy is held against: frozen once, never changed. Both minutes are included.
CREATE TABLE IF NOT EXISTS drift_references
(
    tenant_id LowCardinality(String),
    policy_id LowCardinality(String),
    outcomes Array(String),
    counts Array(UInt64),
    from_minute DateTime64(3, 'UTC'),
    to_minute DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant_id, policy_id);

-- verdict: ok, drift, insufficient_data. The numbers are null where there is too little to compute them from.
CREATE TABLE IF NOT EXISTS drift_results
(
    append_minute DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    tenant_id LowCardinality(String),
    policy_id LowCardinality(String),
    psi Nullable(Float64),
    chi_squared Nullable(Float64),
    degrees_of_freedom Nullable(UInt32),
    p_value Nullable(Float64),
    n_reference UInt64,
    n_current UInt64,
    verdict LowCardinality(String)
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(append_minute)
ORDER BY (append_minute, tenant_id, policy_id);

-- Labels of source RANDOM beside the decision that they judge. label_offset orders the labels of one decision.
-- judged_minute: the append minute of the later of the two.
CREATE TABLE IF NOT EXISTS reviewed_decisions
(
    tenant_id LowCardinality(String),
    enforcer_id String,
    decision_id UUID,
    label_offset Int64,
    verdict LowCardinality(String),
    policy_id LowCardinality(String),
    outcome LowCardinality(String),
    judged_minute DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant_id, enforcer_id, decision_id, label_offset);

-- policy_id '*': all policies of the tenant. verdict: ok, insufficient_data (the rate and its bounds are null).
CREATE TABLE IF NOT EXISTS review_results
(
    append_minute DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    tenant_id LowCardinality(String),
    policy_id LowCardinality(String),
    blocks_labelled UInt64,
    legitimate UInt64,
    rate Nullable(Float64),
    lower Nullable(Float64),
    upper Nullable(Float64),
    verdict LowCardinality(String)
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(append_minute)
ORDER BY (append_minute, tenant_id, policy_id);
