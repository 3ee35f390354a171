-- A batch as one file instead of one or more for each of 70 columns: a wide part takes a buffer of megabytes for each
-- of them, and to write a batch of 20,000 decisions costs ClickHouse up to twice the CPU. Merged parts soon grow
-- beyond the limit and are wide, as queries over few columns like them.
ALTER TABLE decisions MODIFY SETTING min_bytes_for_wide_part = 67108864;

-- Newer servers work out statistics of every column when they merge; nothing here asks for them.
ALTER TABLE decisions MODIFY SETTING auto_statistics_types = '';
