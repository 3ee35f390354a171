-- How far the scan for leaks has come under each ruleset: every record below next_offset has been looked through again.
-- A new ruleset begins anew.
CREATE TABLE IF NOT EXISTS leak_scans
(
    ruleset FixedString(32),
    topic LowCardinality(String),
    partition Int32,
    next_offset Int64
)
ENGINE = ReplacingMergeTree(next_offset)
ORDER BY (ruleset, topic, partition);
