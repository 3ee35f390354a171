-- What every objective stood at, at the end of the last closed minute: the very numbers that the evaluator exports, for
-- those who look without Prometheus. One row for each series, replaced by the next; a row written twice is the same row.
-- The arrays are in the order of windows. empty: slices without traffic. budget_remaining: null without data.
CREATE TABLE IF NOT EXISTS slo_state
(
    tenant_id LowCardinality(String),
    slo LowCardinality(String),
    service LowCardinality(String),
    end_minute DateTime64(3, 'UTC'),
    windows Array(LowCardinality(String)),
    good Array(UInt64),
    bad Array(UInt64),
    total Array(UInt64),
    unknown Array(UInt64),
    late Array(UInt64),
    empty Array(UInt64),
    expected Bool,
    self_reported Nullable(Bool),
    budget_remaining Nullable(Float64),
    budget_start Nullable(DateTime64(3, 'UTC'))
)
ENGINE = ReplacingMergeTree(end_minute)
ORDER BY (tenant_id, slo, service);
