-- Retention. Records are dropped by `docket retention run` only, under a signed statement, never by a TTL: a hold has to
-- be able to stop it, and a gap without a statement is tampering.

-- Leaf hashes of records that were dropped: with them every root can still be computed. Written before a record goes,
-- and of no row that stays but for a hold. A list is never changed once its statement is signed: its digest is in it.
-- statement_id: of the statement under which it goes.
CREATE TABLE IF NOT EXISTS pruned_leaves
(
    topic LowCardinality(String),
    partition Int32,
    offset Int64 CODEC(Delta, ZSTD),
    statement_id UUID,
    append_day Date,
    leaf_hash FixedString(32) CODEC(NONE),
    INDEX append_day_range append_day TYPE minmax GRANULARITY 1,
    INDEX prune_set statement_id TYPE set(100) GRANULARITY 1
)
ENGINE = ReplacingMergeTree
ORDER BY (topic, partition, offset, statement_id);

-- What the job means to drop, written before anything else of it: after a crash it goes on with what is not DONE.
-- step: 1 PLANNED, 2 LISTED (the leaves stand; from here on the list is fixed), 3 DONE.
CREATE TABLE IF NOT EXISTS prunes
(
    statement_id UUID,
    tenant_id LowCardinality(String),
    class LowCardinality(String),
    cutoff Date,
    step UInt8,
    at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(step)
ORDER BY statement_id;
