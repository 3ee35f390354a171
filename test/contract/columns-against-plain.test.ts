import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decision } from '../../domain/contract/events.ts';
import { INPUTS, inputOf } from '../../domain/contract/inputs.ts';
import { frameConfluent } from '../../domain/contract/wire.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { createComparison, fuzzRules } from '../support/fuzz/compare-recorders.ts';
import { createDice } from '../support/fuzz/dice.ts';
import { makeEvent } from '../support/fuzz/make-events.ts';
import { loadAgedSchemas } from '../support/fuzz/old-schemas.ts';
import { runOracle } from '../support/fuzz/run-oracle.ts';
import { writeAvro } from '../support/fuzz/write-avro.ts';
import { sampleDecision } from '../support/sample-events.ts';

const SEED = 1;
const released = fuzzRules(loadReleasedSchemas());
const aged = fuzzRules(loadAgedSchemas());
const AGED_INPUTS = INPUTS.filter(({ subject }) => subject === 'decision' || subject === 'request-tally');

/** Whose events have much text, so that the final gate has something to see. */
const TEXT_SUBJECTS = new Set(['decision', 'label']);

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
    if (TEXT_SUBJECTS.has(input.subject))
      assert.ok((outcomes.get('blanked') ?? 0) > 0, 'no text was blanked');
  });
}

for (const input of AGED_INPUTS) {
  test(`columns say of a ${input.subject} in an old schema what the plain form says`, async () => {
    const writers = aged.registry.all.filter(({ subject }) => subject === input.subject);
    const { outcomes } = await runOracle({ input, rules: aged, seed: SEED, records: 300 * writers.length });
    assert.ok((outcomes.get('recorded') ?? 0) > 80 * writers.length);
  });
}

const UNITS = 256 * 1024;
const rule = { id: '', layer: null, effect: '', overridden: false };
/** Just within a limit, and just beyond it. */
const AT_LIMITS: readonly [string, Partial<Decision>, Partial<Decision>][] = [
  ['one text', { rationale: 'a'.repeat(UNITS - 40) }, { rationale: 'a'.repeat(UNITS + 1) }],
  [
    'one text of two-byte letters',
    { rationale: 'ä'.repeat(UNITS / 2) },
    { rationale: `${'ä'.repeat(UNITS / 2)}a` },
  ],
  ['all texts', texts(UNITS), texts(UNITS + 1)],
  ['items', { rules: new Array(65_536).fill(rule) }, { rules: new Array(65_537).fill(rule) }],
];

for (const [what, within, beyond] of AT_LIMITS) {
  test(`columns and the plain form draw the limit of ${what} in the same place`, async () => {
    const input = inputOf('decision');
    const schema = released.registry.newest('decision');
    const comparison = createComparison(input, released);
    const appendMs = Date.UTC(2026, 2, 1);
    const records = [within, beyond].map((changes, offset) => {
      const event = sampleDecision({ decided_at: appendMs * 1000, ...changes });
      const value = frameConfluent(schema, schema.encode(event));
      const at = { topic: input.topic, partition: 0, offset, appendMs };
      return { ...at, key: null, origin: null, value, bytes: value.length };
    });
    assert.equal(await comparison.compare([records], 'rows'), null);
    assert.equal(comparison.sums.outcomes.get('recorded'), 1);
  });
}

test('short texts that recur are judged by what they are, whatever stood there before', async () => {
  const input = inputOf('decision');
  const schema = released.registry.newest('decision');
  const comparison = createComparison(input, released);
  const appendMs = Date.UTC(2026, 2, 1);
  const values = ['mobile app', 'jo@example.com', 'mobile app', '192.0.2.17', 'jo@example.com', 'mobile apq'];
  const records = [...values, 'mobile a\ufffd', 'mobile a\ufffd'].map((value, offset) => {
    const attributes = [{ key: 'channel', value }];
    const event = sampleDecision({
      decided_at: appendMs * 1000,
      attributes,
      decision_id: Buffer.alloc(16, offset + 1),
    });
    const bytes = frameConfluent(schema, schema.encode(event));
    // The last but one is no text: its three bytes for an unknown sign are others, which stand for none.
    if (offset === values.length)
      bytes.fill(0xff, bytes.indexOf('mobile a\ufffd') + 8, bytes.indexOf('mobile a\ufffd') + 11);
    const at = { topic: input.topic, partition: 0, offset, appendMs };
    return { ...at, key: null, origin: null, value: bytes, bytes: bytes.length };
  });
  assert.equal(await comparison.compare([records], 'rows'), null);
  assert.equal(comparison.sums.outcomes.get('recorded'), values.length + 1);
});

/** Plain texts of so many units in all, none of them too long by itself. */
function texts(units: number): Partial<Decision> {
  const half = 'a'.repeat(UNITS / 2);
  return {
    resource: half,
    rationale: 'a'.repeat(units - half.length),
    labels: [],
    attributes: [],
    error: null,
  };
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
