-- Ways that enforced decisions of a closed minute took: through which enforcement point and model, to which version of a
-- policy, by which rules, to which outcome and effect. One row for each way, with how many took it and the newest of
-- them, so that whoever sees a number finds a decision behind it in the auditor. Codes and ids only. Of each tenant,
-- minute and outcome the 200 ways that most took; no probes, none that were late.
-- rules: all that matched, by name. blocking: those of them that a denial stands on.
CREATE TABLE IF NOT EXISTS path_minutes
(
    append_minute DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    tenant_id LowCardinality(String),
    service LowCardinality(String),
    enforcement_point LowCardinality(String),
    region LowCardinality(String),
    model_id LowCardinality(String),
    model_version LowCardinality(String),
    policy_id LowCardinality(String),
    policy_version LowCardinality(String),
    rules Array(LowCardinality(String)),
    blocking Array(LowCardinality(String)),
    outcome LowCardinality(String),
    fallback LowCardinality(String),
    applied LowCardinality(String),
    decisions UInt64,
    latency_us_sum Int64,
    latency_us_max Int64,
    newest_enforcer_id String,
    newest_decision_id UUID
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(append_minute)
ORDER BY (append_minute, tenant_id, service, policy_id, policy_version, outcome, enforcement_point, region, model_id,
    model_version, fallback, applied, rules, blocking);
