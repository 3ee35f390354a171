-- Completeness: what enforcers numbered and what of it is recorded. Two views: what counts (from records, one row for
-- each), and the verdict for each life of an enforcer (from what the evaluator rolled up of the first).

-- Every record that says something about an enforcer's sequences.
-- sequence: the number that it carries, so that it is recorded; announced: all numbers below it were given away.
-- unnumbered: 1 for a decision without a number. A tally that has no next_sequence announces nothing.
-- What cannot be read, or names no enforcer, stands for no sequence; a negative number is none.
CREATE VIEW IF NOT EXISTS sequence_facts AS
SELECT
    tenant_id, enforcer_id, epoch, append_time,
    if(number >= 0, number, NULL) AS sequence,
    if(number < 0 OR next < 0, NULL, next) AS announced,
    unnumbered
FROM
(
    SELECT
        toString(tenant_id) AS tenant_id, toString(enforcer_id) AS enforcer_id, enforcer_epoch AS epoch, append_time,
        enforcer_sequence AS number, enforcer_sequence + 1 AS next,
        toUInt8(enforcer_sequence IS NULL) AS unnumbered
    FROM decisions
    UNION ALL
    SELECT
        toString(tenant_id), toString(producer_id), assumeNotNull(epoch), append_time,
        sequence, sequence + 1, toUInt8(sequence IS NULL)
    FROM duplicates
    WHERE startsWith(topic, 'docket.decisions.') AND epoch IS NOT NULL
    UNION ALL
    SELECT
        toString(assumeNotNull(tenant_id)), toString(assumeNotNull(producer_id)), assumeNotNull(epoch), append_time,
        sequence, sequence + 1, toUInt8(sequence IS NULL)
    FROM quarantine
    WHERE startsWith(topic, 'docket.decisions.')
        AND tenant_id IS NOT NULL AND producer_id IS NOT NULL AND epoch IS NOT NULL
    UNION ALL
    SELECT
        toString(tenant_id), toString(observer_id), observer_epoch, append_time,
        CAST(NULL AS Nullable(Int64)), next_sequence, toUInt8(0)
    FROM tallies
    WHERE observer_kind = 'ENFORCER'
);

-- announced: as expected, but without the settle time. Both are -1 where nothing was announced, or nothing in time.
-- first_append, last_append: of what was rolled up; minutes closed before these columns existed know the minute only.
ALTER TABLE sequence_sets
    ADD COLUMN IF NOT EXISTS announced SimpleAggregateFunction(max, Int64) DEFAULT expected,
    ADD COLUMN IF NOT EXISTS first_append SimpleAggregateFunction(min, DateTime64(3, 'UTC')) DEFAULT last_minute,
    ADD COLUMN IF NOT EXISTS last_append SimpleAggregateFunction(max, DateTime64(3, 'UTC')) DEFAULT last_minute;

-- missing = sequences that were announced a settle time ago and are in none of decisions, duplicates, quarantine.
-- state: unknown (a decision without a number, or none was ever numbered), settling (whatever was announced is younger
-- than the settle time), missing, complete. Only the last two have a number of missing ones; null is not 0.
-- Everything is as of the last closed minute.
CREATE OR REPLACE VIEW completeness AS
SELECT
    tenant_id, enforcer_id, epoch, first_append, last_append, last_minute,
    greatest(settled, 0) AS expected,
    bitmapCardinality(bitmapSubsetInRange(merged, toUInt64(0), toUInt64(expected))) AS seen,
    multiIf(unnumbered = 1 OR announced < 0, 'unknown', settled < 0, 'settling', seen < expected, 'missing', 'complete')
        AS state,
    if(state IN ('missing', 'complete'), toUInt64(expected) - seen, NULL) AS missing
FROM
(
    SELECT
        tenant_id, enforcer_id, epoch,
        min(sets.first_append) AS first_append,
        max(sets.last_append) AS last_append,
        max(sets.last_minute) AS last_minute,
        max(sets.expected) AS settled,
        max(sets.announced) AS announced,
        groupBitmapMergeState(sets.sequences) AS merged,
        max(sets.unnumbered) AS unnumbered
    FROM sequence_sets AS sets
    GROUP BY tenant_id, enforcer_id, epoch
);
