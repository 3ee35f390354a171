import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFrame } from '../../domain/contract/wire.ts';
import { mapOpaEvent } from '../../domain/opa/map-decision.ts';
import { createTextRedactor } from '../../domain/redaction/text-redactor.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { opaEvent } from '../../test/support/gateway-fixture.ts';
import { sampleDecision, sampleLabel } from '../../test/support/sample-events.ts';
import { compileEncodeEvent } from './encode-event.ts';

const registry = loadReleasedSchemas();
const redactor = createTextRedactor();

function decode(value: Buffer): Record<string, unknown> {
  const frame = readFrame(value, registry);
  assert.ok(frame.ok);
  const decoded = frame.schema.decode(value, frame.bodyOffset);
  assert.ok(decoded.ok);
  return decoded.value;
}

test('what goes to Kafka holds no text that was not redacted', () => {
  const events: [string, object][] = [
    ['decision', sampleDecision({ rationale: 'asked by jane@example.com' })],
    ['label', sampleLabel({ note: 'ask jane@example.com' })],
  ];
  for (const [subject, event] of events) {
    const encoded = compileEncodeEvent(registry, subject, { redactor })(event);
    assert.ok(encoded.ok);
    assert.ok(!encoded.event.value.includes('jane'));
    assert.ok(encoded.event.value.includes('[EMAIL]'));
  }
});

test('what OPA says beside input and result is redacted, its input stays for the box', () => {
  const mapped = mapOpaEvent(
    opaEvent({
      labels: { id: 'opa-7', owner: 'jane@example.com' },
      error: { message: 'for jane@example.com' },
    }),
    { tenantId: 'acme', fallbackEnforcerId: 'opa', newSalt: () => new Uint8Array(16) },
  );
  assert.ok(mapped.ok);
  const encoded = compileEncodeEvent(registry, 'decision', { redactor })(mapped.decision);
  assert.ok(encoded.ok);
  const { erasable, ...rest } = decode(encoded.event.value);
  assert.doesNotMatch(JSON.stringify(rest), /jane/);
  assert.match(JSON.stringify(erasable), /jane@example.com/);
});

test('an event that cannot be redacted is refused', () => {
  const failing = {
    redact: () => {
      throw new Error('a rule failed');
    },
  };
  const encoded = compileEncodeEvent(registry, 'decision', { redactor: failing })(sampleDecision());
  assert.deepEqual(encoded, { ok: false, reason: 'redaction_failed', field: null });
});
