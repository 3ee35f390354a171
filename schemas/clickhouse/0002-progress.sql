-- Where the recorder stands. Never ahead of what it covers: it is written after the records.

-- Which Kafka cluster these records come from: coordinates of another cluster would collide with them.
CREATE TABLE IF NOT EXISTS store_identity
(
    cluster_id String,
    bound_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
ORDER BY cluster_id;

-- Offsets that hold nothing we can read, as ranges, both ends included.
CREATE TABLE IF NOT EXISTS lost
(
    topic LowCardinality(String),
    partition Int32,
    first_offset Int64,
    last_offset Int64,
    cause LowCardinality(String),
    noticed_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
ORDER BY (topic, partition, first_offset);

-- Every offset below next_offset is recorded; root and peaks are those of the partition's Merkle tree of that size.
-- watermark: everything the broker appended up to then is recorded. An idle partition moves only its watermark on.
CREATE TABLE IF NOT EXISTS progress
(
    topic LowCardinality(String),
    partition Int32,
    next_offset Int64,
    watermark DateTime64(3, 'UTC'),
    root FixedString(32),
    peaks Array(FixedString(32))
)
ENGINE = ReplacingMergeTree(watermark)
ORDER BY (topic, partition, next_offset);
