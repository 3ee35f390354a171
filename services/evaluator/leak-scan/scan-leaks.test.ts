import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Leak } from '../../../domain/leaks/leak.ts';
import { createTextRedactor } from '../../../domain/redaction/text-redactor.ts';
import type { LeakScanStore } from '../ports.ts';
import { findLeaks, UNREADABLE_RULE } from './find-leaks.ts';
import { createLeakScan } from './scan-leaks.ts';

const redactor = createTextRedactor();
const DECISIONS = 'docket.decisions.v1';
const LABELS = 'docket.labels.v1';

/** A store with texts by partition and offset. */
function createStore(records: Readonly<Record<string, Readonly<Record<number, string>>>>, end: number) {
  const cursors = new Map<string, number>();
  const leaks: Leak[] = [];
  const state = { failsToSaveLeaks: false, read: 0 };
  const store: LeakScanStore = {
    readCursors: async () => cursors,
    readEnds: async () => new Map(Object.keys(records).map((name) => [name, end])),
    readTexts: async ({ topic }, partition, { from, to, limit }) => {
      const rows = Object.entries(records[`${topic}/${partition}`] ?? {})
        .map(([offset, text]) => ({ offset: Number(offset), text }))
        .filter(({ offset }) => offset >= from && offset < to)
        .slice(0, limit);
      state.read += rows.length;
      return rows.map(({ offset, text }) => ({
        offset,
        tenantId: 'acme',
        fields: [{ path: 'rationale', texts: [text] }],
      }));
    },
    saveLeaks: async (found) => {
      if (state.failsToSaveLeaks) throw new Error('away');
      leaks.push(...found);
    },
    saveCursor: async (topic, partition, next) => {
      cursors.set(`${topic}/${partition}`, next);
    },
  };
  return { store, cursors, leaks, state };
}

const scanOf = (store: LeakScanStore, maxRows: number) =>
  createLeakScan({ store, redactor, maxRows, nowMs: () => 0 });

test('every record of every partition is looked at once, in bounded steps, and finds are told by their place', async () => {
  const plain = Object.fromEntries(Array.from({ length: 130 }, (_, n) => [n, 'the score was low']));
  const { store, leaks, state, cursors } = createStore(
    {
      [`${DECISIONS}/0`]: { ...plain, 77: 'mail jane@example.com' },
      [`${DECISIONS}/3`]: { 5: 'card 4111 1111 1111 1111 and jane@example.com, jo@example.com' },
      [`${LABELS}/0`]: {},
    },
    130,
  );
  const scan = scanOf(store, 60);
  const steps = [];
  for (let step = 0; step < 5; step++) steps.push(await scan());
  assert.ok(steps.every(({ rows }) => rows <= 60));
  assert.equal(steps.at(-1)?.pending, 0);
  assert.equal(steps.at(-1)?.rows, 0);
  assert.equal(state.read, 131);
  assert.deepEqual([...cursors.values()], [130, 130, 130]);
  assert.deepEqual(
    leaks.map(({ at, rule, count, source, table }) => [
      at?.partition,
      at?.offset,
      rule,
      count,
      source,
      table,
    ]),
    [
      [0, 77, 'email', 1, 'AUDIT', 'decisions'],
      [3, 5, 'card', 1, 'AUDIT', 'decisions'],
      [3, 5, 'email', 2, 'AUDIT', 'decisions'],
    ],
  );
});

test('what could not be told is looked at again', async () => {
  const { store, leaks, cursors, state } = createStore({ [`${DECISIONS}/0`]: { 3: 'jane@example.com' } }, 10);
  const scan = scanOf(store, 10);
  state.failsToSaveLeaks = true;
  await assert.rejects(scan());
  assert.equal(cursors.size, 0);
  state.failsToSaveLeaks = false;
  await scan();
  assert.equal(leaks.length, 1);
  assert.equal(cursors.get(`${DECISIONS}/0`), 10);
});

test('the final gate sees what the redactor overlooks, and a text that it cannot read is a find', () => {
  const blind = { redact: (text: string) => ({ text, findings: [] }) };
  const fields = [{ path: 'rationale', texts: ['jane@example.com', '[EMAIL] and [BLANKED]'] }];
  assert.deepEqual(findLeaks(fields, blind, 'acme'), [{ path: 'rationale', rule: 'email', count: 1 }]);
  assert.deepEqual(
    findLeaks([{ path: 'a', texts: ['[EMAIL] and [BLANKED] and [SCRUBBED]'] }], redactor, 'acme'),
    [],
  );
  const failing = {
    redact: () => {
      throw new Error('no');
    },
  };
  assert.deepEqual(findLeaks(fields, failing, 'acme'), [
    { path: 'rationale', rule: UNREADABLE_RULE, count: 2 },
  ]);
});
