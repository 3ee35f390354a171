-- What is counted for the metrics of docs/metrics.md, one row per closed minute, count and labels; 0 is no row. As with
-- every result, a row written twice is the same row, and each can be computed again from the records.
-- metric: name of the gauge. service, policy_id, detail: empty where the count has no such label; detail is the last
-- label (rule, version, region, …): always a code, never somebody's id.
CREATE TABLE IF NOT EXISTS metric_minutes
(
    append_minute DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    metric LowCardinality(String),
    tenant_id LowCardinality(String),
    service LowCardinality(String),
    policy_id LowCardinality(String),
    detail String,
    amount Int64
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(append_minute)
ORDER BY (metric, append_minute, tenant_id, service, policy_id, detail);

-- Decisions that a person should look at, and labels, whichever came first. A time in 2100 stands for "not yet".
CREATE TABLE IF NOT EXISTS review_queue
(
    tenant_id LowCardinality(String),
    enforcer_id LowCardinality(String),
    decision_id UUID,
    service SimpleAggregateFunction(max, String),
    queued_minute SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
    labelled_minute SimpleAggregateFunction(min, DateTime64(3, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (tenant_id, enforcer_id, decision_id);
