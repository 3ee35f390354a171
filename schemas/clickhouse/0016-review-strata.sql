-- The stratum that a labelled decision was drawn from, and the minute in which it was appended: what a rate is weighted
-- by. Empty for what was not drawn, is a probe or was not enforced, and for what was labelled before.
ALTER TABLE reviewed_decisions ADD COLUMN IF NOT EXISTS sample_stratum LowCardinality(String) DEFAULT '';
ALTER TABLE reviewed_decisions ADD COLUMN IF NOT EXISTS decision_minute DateTime64(3, 'UTC') DEFAULT toDateTime64(0, 3, 'UTC');
