import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RejectReason } from '../../domain/contract/reject-reason.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { fuzzRules } from '../support/fuzz/compare-recorders.ts';
import { makeHostileRecords, timeRecord } from '../support/fuzz/hostile-records.ts';
import { loadAgedSchemas } from '../support/fuzz/old-schemas.ts';
import { runMutations } from '../support/fuzz/run-mutations.ts';

const RECORDS = 100_000;
/** Every reason that there is; some do not come of mutations, or hardly ever. */
const REASONS: Readonly<Record<RejectReason, boolean>> = {
  truncated: true,
  trailing_bytes: true,
  invalid_utf8: true,
  invalid_number: true,
  invalid_enum: true,
  invalid_union: true,
  too_many_items: true,
  empty_record: true,
  unknown_wire_form: true,
  unknown_fingerprint: true,
  unknown_schema_id: true,
  wrong_schema: true,
  oversized_record: false,
  empty_tenant: true,
  empty_identity: false,
  value_outside_grammar: true,
  number_not_finite: true,
  number_out_of_range: true,
  time_out_of_range: true,
  keys_not_canonical: true,
  text_too_long: false,
  redaction_failed: false,
  already_replayed: false,
  internal_error: false,
};

test(`of ${RECORDS} mutated records none is lost, and every refusal has its reason`, async (t) => {
  const rules = fuzzRules(loadReleasedSchemas());
  const sums = await runMutations({ rules, seed: 1, records: RECORDS });
  const refused = [...sums.refused.values()].reduce((total, count) => total + count, 0);
  t.diagnostic(
    `${sums.recorded} recorded, ${sums.copies} copies, ${refused} refused; ${sums.cpuUs / RECORDS} µs each`,
  );
  assert.equal(sums.records, RECORDS);
  assert.equal(sums.recorded + sums.copies + refused, RECORDS);
  for (const reason of sums.refused.keys()) assert.ok(Object.hasOwn(REASONS, reason), reason);
  const missing = Object.entries(REASONS).filter(([reason, occurs]) => occurs && !sums.refused.has(reason));
  assert.deepEqual(missing, [], 'these reasons never occurred: the mutations reach too little');
});

test('neither are records in old schemas', async () => {
  const { records, refused } = await runMutations({
    rules: fuzzRules(loadAgedSchemas()),
    seed: 2,
    records: 10_000,
  });
  assert.equal(records, 10_000);
  assert.ok(!refused.has('internal_error'));
});

test('what a record takes grows no faster than its size, whatever it is full of', async (t) => {
  const rules = fuzzRules(loadReleasedSchemas());
  const slowest = { name: '', us: 0 };
  for (const { name, make } of makeHostileRecords(rules.registry)) {
    const small = await timeRecord(rules, make(0.25));
    const large = await timeRecord(rules, make(1));
    if (large > slowest.us) Object.assign(slowest, { name, us: large });
    // Four times the size: four times the time, and twice that for noise. What takes next to nothing tells nothing.
    assert.ok(
      large < 20_000 || large < small * 8,
      `${name}: ${small} µs, and ${large} µs for four times as much`,
    );
  }
  t.diagnostic(`slowest: ${slowest.name}, ${slowest.us} µs`);
});
