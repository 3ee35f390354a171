-- Hashes of full tiles: tile n is the leaves of offsets 256 n to 256 n + 255, its hash the root over them (RFC 6962).
-- With them a proof needs the leaves of one tile, not of a partition, and they outlive rows that are pruned. Written
-- before the progress that covers them; a tile that is written again is the same.
CREATE TABLE IF NOT EXISTS tiles
(
    topic LowCardinality(String),
    partition Int32,
    tile Int64,
    hash FixedString(32) CODEC(NONE)
)
ENGINE = ReplacingMergeTree
ORDER BY (topic, partition, tile);
