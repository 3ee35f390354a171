-- Quarantine with a way back. origin_offset: the quarantined record, of the same partition, that a row replays.
-- Rows from before have none, as everything that replays nothing.
ALTER TABLE decisions ADD COLUMN IF NOT EXISTS origin_offset Nullable(Int64) AFTER erase_commitment;
ALTER TABLE tallies ADD COLUMN IF NOT EXISTS origin_offset Nullable(Int64) AFTER flags;
ALTER TABLE policy_changes ADD COLUMN IF NOT EXISTS origin_offset Nullable(Int64) AFTER flags;
ALTER TABLE labels ADD COLUMN IF NOT EXISTS origin_offset Nullable(Int64) AFTER flags;
ALTER TABLE access_log ADD COLUMN IF NOT EXISTS origin_offset Nullable(Int64) AFTER flags;
ALTER TABLE rejections ADD COLUMN IF NOT EXISTS origin_offset Nullable(Int64) AFTER flags;
ALTER TABLE duplicates ADD COLUMN IF NOT EXISTS origin_offset Nullable(Int64) AFTER content;
ALTER TABLE quarantine ADD COLUMN IF NOT EXISTS origin_offset Nullable(Int64) AFTER sequence;

-- The record's value, encrypted (domain/recording/quarantine-box.ts). Outside the leaf and outside replay identity:
-- each sealing has a nonce of its own. Kept for 30 days; the row stays.
ALTER TABLE quarantine ADD COLUMN IF NOT EXISTS payload_box Nullable(String) CODEC(NONE)
    TTL toDateTime(append_time) + INTERVAL 30 DAY AFTER origin_offset;
