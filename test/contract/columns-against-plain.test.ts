import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INPUTS } from '../../domain/contract/inputs.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { fuzzRules } from '../support/fuzz/compare-recorders.ts';
import { createDice } from '../support/fuzz/dice.ts';
import { makeEvent } from '../support/fuzz/make-events.ts';
import { loadAgedSchemas } from '../support/fuzz/old-schemas.ts';
import { runOracle } from '../support/fuzz/run-oracle.ts';
import { writeAvro } from '../support/fuzz/write-avro.ts';

const SEED = 1;
const released = fuzzRules(loadReleasedSchemas());
const aged = fuzzRules(loadAgedSchemas());
const AGED_INPUTS = INPUTS.filter(({ subject }) => subject === 'decision' || subject === 'request-tally');

for (const input of INPUTS) {
  test(`columns say of any ${input.subject} what the plain form says`, async () => {
    const { outcomes } = await runOracle({
      input,
      rules: released,
      seed: SEED,
      records: 1500,
      floods: input.subject === 'request-tally' ? 2 : 0,
    });
    const refusals = [...outcomes.keys()].filter((outcome) => outcome.startsWith('refused'));
    const recorded = outcomes.get('recorded') ?? 0;
    assert.ok(recorded > 1000, `only ${recorded} records were good: it shows little`);
    assert.ok((outcomes.get('SAME') ?? 0) > 20 && (outcomes.get('CONFLICT') ?? 0) > 5, 'too few copies');
    assert.ok(refusals.length >= 8, `only ${refusals.join(', ')}`);
  });
}

for (const input of AGED_INPUTS) {
  test(`columns say of a ${input.subject} in an old schema what the plain form says`, async () => {
    const writers = aged.registry.all.filter(({ subject }) => subject === input.subject);
    const { outcomes } = await runOracle({ input, rules: aged, seed: SEED, records: 200 * writers.length });
    assert.ok((outcomes.get('recorded') ?? 0) > 80 * writers.length);
  });
}

test('without oddities the writer of these tests gives the canonical form', () => {
  const dice = createDice(SEED);
  const habits = { appendMs: Date.UTC(2026, 2, 1), freshCodes: 0.5, wild: 0 };
  for (const { subject } of INPUTS) {
    const schema = aged.registry.newest(subject);
    for (let count = 0; count < 50; count++) {
      const event = makeEvent(schema.type, dice, habits);
      assert.deepEqual(writeAvro(schema.type, event, dice), schema.encode(event));
    }
  }
});

test('with oddities it gives other bytes that say the same', () => {
  const dice = createDice(SEED);
  let odds = 0;
  const habits = { appendMs: Date.UTC(2026, 2, 1), freshCodes: 0.5, wild: 0 };
  for (const { subject } of INPUTS) {
    const schema = aged.registry.newest(subject);
    for (let count = 0; count < 50; count++) {
      const event = makeEvent(schema.type, dice, habits);
      const odd = writeAvro(schema.type, event, dice, 0.5);
      const canonical = schema.encode(event);
      if (!odd.equals(canonical)) odds++;
      const decoded = schema.decode(odd);
      assert.ok(decoded.ok);
      assert.deepEqual(schema.encode(decoded.value), canonical);
    }
  }
  assert.ok(odds > 280, `only ${odds} of 300 were odd`);
});
