import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSchema } from '../../domain/avro/schema.ts';
import type { Decision } from '../../domain/contract/events.ts';
import { inputOf } from '../../domain/contract/inputs.ts';
import { frameSingleObject } from '../../domain/contract/wire.ts';
import { BLANKED } from '../../domain/final-gate/final-gate.ts';
import { compileRedactStage } from '../../domain/recording/redact-event.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { DEFAULT_RULESET } from '../../domain/redaction/default-ruleset.ts';
import { createTextRedactor, type TextRedactor } from '../../domain/redaction/text-redactor.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { freshHistory } from '../../test/support/fresh-history.ts';
import { NO_KEYS, PATIENT } from '../../test/support/memory-vault.ts';
import { rowsOfBatch } from '../../test/support/rows-of-batch.ts';
import { sampleDecision } from '../../test/support/sample-events.ts';
import { createRecordJudge } from './judge-records.ts';

const registry = loadReleasedSchemas();
const input = inputOf('decision');
const schema = registry.newest('decision');
const real = createTextRedactor();
const blind = { ...real, digest: real.digest, redact: (text: string) => ({ text, findings: [] }) };
const APPEND_MS = Date.UTC(2026, 2, 1);

async function record(redactor: TextRedactor, ...events: readonly Partial<Decision>[]) {
  const at = { topic: input.topic, partition: 0 };
  const judge = createRecordJudge(input, at, { registry, redactor }, NO_KEYS);
  const records: SourceRecord[] = events.map((changes, offset) => {
    const event = sampleDecision({ decided_at: APPEND_MS * 1000, ...changes });
    const value = frameSingleObject(schema, schema.encode(event));
    return { ...at, offset, appendMs: APPEND_MS, key: null, origin: null, value, bytes: value.length };
  });
  const judged = await judge(records, freshHistory(), async () => new Map(), PATIENT);
  return { rows: rowsOfBatch(registry, input, judged), leaks: judged.leaks };
}

test('what a redactor overlooks is blanked, noted in the manifest, and told', async () => {
  const { rows, leaks } = await record(blind, { rationale: 'asked by jane@example.com', resource: 'plain' });
  const [row] = rows;
  assert.equal(row?.table, 'decisions');
  assert.equal(row?.record.rationale, BLANKED);
  assert.equal(row?.record.resource, 'plain');
  assert.deepEqual(row?.record.redactions, [
    { path: 'rationale', class: 'text', rule: 'final-gate', count: 1 },
  ]);
  assert.deepEqual(leaks, [{ offset: 0, tenantId: 'acme', path: 'rationale', rule: 'email' }]);
});

test('a redactor that fails puts the event into quarantine, whatever the text', async () => {
  const failing = {
    ...real,
    digest: real.digest,
    redact: () => {
      throw new Error('a rule failed');
    },
  };
  const { rows, leaks } = await record(failing, { rationale: 'mail jane@example.com' });
  assert.deepEqual([rows[0]?.table, rows[0]?.record.reason], ['quarantine', 'redaction_failed']);
  assert.ok(!JSON.stringify(rows[0]?.record).includes('jane'));
  assert.deepEqual(leaks, []);
});

test('a text beyond its cap goes to quarantine', async () => {
  const { rows } = await record(real, { rationale: 'x'.repeat(256 * 1024 + 1) });
  assert.deepEqual([rows[0]?.table, rows[0]?.record.reason], ['quarantine', 'text_too_long']);
});

test('a key in a field of codes goes to quarantine', async () => {
  for (const request_id of ['AKIAIOSFODNN7EXAMPLE', 'x/ghp_0123456789abcdefghij0123']) {
    const { rows } = await record(blind, { request_id });
    assert.deepEqual([rows[0]?.table, rows[0]?.record.reason], ['quarantine', 'value_outside_grammar']);
  }
});

test('a copy that would have leaked is not told: nothing of it is stored', async () => {
  const twice = { decision_id: Buffer.alloc(16, 5), rationale: 'mail jane@example.com' };
  const { rows, leaks } = await record(blind, twice, twice);
  assert.deepEqual(
    rows.map(({ table }) => table),
    ['decisions', 'duplicates'],
  );
  assert.deepEqual(
    leaks.map(({ offset }) => offset),
    [0],
  );
});

test('a field without a class, or of one that nobody knows, is dropped', () => {
  const type = parseSchema(
    JSON.stringify({
      type: 'record',
      name: 'Event',
      fields: [
        { name: 'tenant_id', type: 'string', class: 'safe' },
        { name: 'unknown', type: 'string' },
        { name: 'dropped', type: 'string', class: 'drop' },
        {
          name: 'inner',
          type: { type: 'record', name: 'Inner', fields: [{ name: 'unknown', type: 'string' }] },
        },
      ],
    }),
  );
  assert.equal(type.kind, 'record');
  if (type.kind !== 'record') return;
  const redact = compileRedactStage(type, real);
  const verdict = redact({ tenant_id: 'acme', unknown: 'x', dropped: 'y', inner: { unknown: 'z' } });
  assert.equal(verdict.kind, 'emit');
  if (verdict.kind === 'emit') assert.deepEqual(verdict.value.fields, { tenant_id: 'acme', inner: {} });
});

test('what a tenant allows stays for that tenant and is no leak; for others it is redacted', async () => {
  const allow = { values: [], mailHosts: ['example.com'] };
  const masks = { pointers: [], names: [] };
  const redactor = createTextRedactor({ ...DEFAULT_RULESET, tenants: { acme: { keys: [], masks, allow } } });
  const { rows, leaks } = await record(
    redactor,
    { tenant_id: 'acme', rationale: 'asked by jane@example.com' },
    { tenant_id: 'globex', rationale: 'asked by jane@example.com' },
  );
  assert.deepEqual(
    rows.map((row) => row.record.rationale),
    ['asked by jane@example.com', 'asked by [EMAIL]'],
  );
  assert.deepEqual(leaks, []);
});

test('a detector that is switched off makes no leaks, and hides no others', async () => {
  const detectors = { ...DEFAULT_RULESET.detectors, email: { enabled: false } };
  const off = createTextRedactor({ ...DEFAULT_RULESET, detectors });
  const rationale = 'jane@example.com paid with 4111 1111 1111 1111';
  const { rows, leaks } = await record(off, { rationale });
  assert.equal(rows[0]?.record.rationale, 'jane@example.com paid with [CARD]');
  assert.deepEqual(leaks, []);
  const blindButOff = { ...off, digest: off.digest, redact: (text: string) => ({ text, findings: [] }) };
  const overlooked = await record(blindButOff, { rationale });
  assert.equal(overlooked.rows[0]?.record.rationale, BLANKED);
  assert.equal(overlooked.leaks[0]?.rule, 'card');
});
