import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderContent, renderReport, renderTable } from './render-quarantined.ts';

const record = {
  topic: 'docket.labels.v1',
  partition: 0,
  offset: 5,
  appendMs: Date.UTC(2026, 10, 21),
  reason: 'truncated',
  field: null,
  bytes: 60,
  tenantId: null,
  producerId: null,
  originOffset: 3,
  hasPayload: true,
};

test('a table says of each record where it stands, why, and whether its payload is kept', () => {
  const [head, line] = renderTable([record]).split('\n');
  assert.match(head ?? '', /^append time +record +reason/);
  assert.match(
    line ?? '',
    /^2026-11-21T00:00:00\.000Z +docket\.labels\.v1\/0\/5 +truncated +- +- +60 +kept +3$/,
  );
});

test('no byte of a payload reaches the terminal as a command', () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const text = renderContent({ key: Buffer.from('\u001b[2J'), value: bytes });
  assert.match(text, /^[\x20-\x7e\n]*$/);
  assert.match(text, /00000040 {2}40 41 42 .* @ABC/);
  assert.match(text, /1b 5b 32 4a .*\.\[2J/);
});

test('a report says what became of the replayed records', () => {
  const report = {
    sent: 6,
    alreadyReplayed: 2,
    withoutPayload: 1,
    tooLarge: 0,
    unopened: new Map([['there is no key "old", which the box was sealed with', 4]]),
    outcomes: { recorded: 3, duplicate: 1, unknown_fingerprint: 2 },
  };
  assert.deepEqual(renderReport(report, false).split('\n'), [
    '6 replayed, 2 replayed before, 1 without payload, 4 that do not open',
    '4: there is no key "old", which the box was sealed with',
    'recorded: 3',
    'duplicate: 1',
    'in quarantine again, unknown_fingerprint: 2',
  ]);
});
