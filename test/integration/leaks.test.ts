import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { createLeakStore, type StoredLeak } from '../../cli/leak/leak-store.ts';
import { renderLeaks } from '../../cli/leak/render-leaks.ts';
import type { ScrubStore } from '../../cli/scrub/ports.ts';
import { SCRUBBED, scrubLeak } from '../../cli/scrub/scrub-leak.ts';
import { createScrubStore } from '../../cli/scrub/scrub-store.ts';
import type { Decision } from '../../domain/contract/events.ts';
import { inputOf } from '../../domain/contract/inputs.ts';
import { frameSingleObject } from '../../domain/contract/wire.ts';
import type { Leak } from '../../domain/leaks/leak.ts';
import { createLeakWatch, LEAK_QUEUE } from '../../domain/leaks/watch-leaks.ts';
import { EMPTY_RANGE } from '../../domain/merkle/compact-range.ts';
import { createTextRedactor, type TextRedactor } from '../../domain/redaction/text-redactor.ts';
import { createRowQueue } from '../../platform/clickhouse/row-queue.ts';
import type { StatementDraft } from '../../platform/vault/vault-types.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { createLeakScanStore, readUnacknowledged } from '../../services/evaluator/drivers/leak-scan-store.ts';
import { createLeakScan } from '../../services/evaluator/leak-scan/scan-leaks.ts';
import { createClickHouseRecordStore } from '../../services/recorder/drivers/clickhouse-record-store.ts';
import { createRecordJudge } from '../../services/recorder/judge-records.ts';
import { freshHistory } from '../support/fresh-history.ts';
import { NO_KEYS, PATIENT } from '../support/memory-vault.ts';
import { type ResultStore, startResultStore } from '../support/result-store.ts';
import { sampleDecision } from '../support/sample-events.ts';

const registry = loadReleasedSchemas();
const input = inputOf('decision');
const schema = registry.newest('decision');
const at = { topic: input.topic, partition: 1 };
const newest = createTextRedactor();
const APPEND_MS = Date.UTC(2026, 10, 20, 9);
/** What no final gate knows by sight, so that only the redactor stands before it. */
const CANARY = '192.0.2.77';
let store: ResultStore;

before(async () => {
  store = await startResultStore();
});
after(() => store.stop());
beforeEach(async () => {
  await store.clear();
  for (const table of ['leaks', 'leak_acknowledgements', 'leak_scans', 'statements'])
    await store.clickhouse.command(`TRUNCATE TABLE ${table}`);
});

/** An older redactor: it finds nothing, and has a digest of its own. */
const older: TextRedactor = {
  ...newest,
  digest: '11'.repeat(32),
  redact: (text) => ({ text, findings: [] }),
};

/** Records decisions at offsets from `firstOffset` on, as the recorder does. */
async function record(redactor: TextRedactor, firstOffset: number, events: readonly Partial<Decision>[]) {
  const judge = createRecordJudge(input, at, { registry, redactor }, NO_KEYS);
  const records = events.map((changes, index) => {
    const event = sampleDecision({ decided_at: APPEND_MS * 1000, ...changes });
    const value = frameSingleObject(schema, schema.encode(event));
    const place = { ...at, offset: firstOffset + index, appendMs: APPEND_MS };
    return { ...place, key: null, origin: null, value, bytes: value.length };
  });
  const { blocks } = await judge(records, freshHistory(), async () => new Map(), PATIENT);
  const records_ = createClickHouseRecordStore(store.clickhouse, registry, { maxInsertSeconds: 10 });
  for (const block of blocks)
    assert.equal((await records_.insertBlock(at, block, null, Date.now() + 60_000)).kind, 'stored');
  const nextOffset = firstOffset + events.length;
  await records_.saveProgress([
    { ...at, nextOffset, watermarkMs: APPEND_MS + nextOffset, range: EMPTY_RANGE },
  ]);
}

const scanner = (redactor: TextRedactor = newest, maxRows = 100) =>
  createLeakScan({
    store: createLeakScanStore(store.clickhouse, registry, redactor.digest),
    redactor,
    maxRows,
    nowMs: Date.now,
  });

async function leakOfAudit(): Promise<StoredLeak> {
  await record(older, 0, [{}, { rationale: `peer ${CANARY} asked`, labels: [{ key: 'a', value: CANARY }] }]);
  await scanner()();
  const leaks = await createLeakStore(store.clickhouse).list(false, 10);
  const leak = leaks.find(({ path }) => path === 'rationale');
  assert.ok(leak);
  return leak;
}

test('what an older ruleset let pass is found by its coordinates, once, and nothing else is read again', async () => {
  await record(older, 0, [
    { rationale: 'plain' },
    { rationale: `peer ${CANARY}`, resource: `${CANARY} ${CANARY}` },
  ]);
  await record(newest, 2, [{ rationale: `peer ${CANARY}` }, { rationale: 'plain' }]);
  const scan = scanner();
  assert.deepEqual(await scan(), { rows: 2, leaks: 2, pending: 0 });
  assert.deepEqual(await scan(), { rows: 0, leaks: 0, pending: 0 });
  const leaks = await createLeakStore(store.clickhouse).list(false, 10);
  assert.deepEqual(
    leaks
      .map(({ source, tenantId, topic, partition, offset, path, rule, count }) => [
        ...[source, tenantId, topic, partition, offset],
        ...[path, rule, count],
      ])
      .sort(),
    [
      ['AUDIT', 'acme', at.topic, 1, 1, 'rationale', 'ip', 1],
      ['AUDIT', 'acme', at.topic, 1, 1, 'resource', 'ip', 2],
    ],
  );
  assert.ok(!renderLeaks(leaks).includes(CANARY));
  // Another ruleset begins anew, and what it finds again is the same leak.
  const other = { ...newest, digest: '22'.repeat(32) };
  assert.equal((await scanner(other)()).rows, 4);
  assert.equal((await createLeakStore(store.clickhouse).list(true, 10)).length, 2);
});

test('a scan goes on where it stopped, a few rows at a time', async () => {
  await record(
    older,
    0,
    Array.from({ length: 7 }, () => ({ rationale: 'plain' })),
  );
  assert.deepEqual(await scanner(newest, 3)(), { rows: 3, leaks: 0, pending: 4 });
  assert.deepEqual(await scanner(newest, 3)(), { rows: 3, leaks: 0, pending: 1 });
  assert.deepEqual(await scanner(newest, 3)(), { rows: 1, leaks: 0, pending: 0 });
});

test('leaks of a service come into the table once, are counted by source, and are acknowledged', async () => {
  const queue = createRowQueue({
    ...LEAK_QUEUE,
    everyMs: 10_000,
    clickhouse: store.clickhouse,
    failed: () => assert.fail('an insert failed'),
  });
  const counters = { event: () => {}, logLeak: () => {} };
  const { sink, logGate } = createLeakWatch({
    ...{ service: 'recorder', redactor: newest, offer: queue.offer, counters, nowMs: Date.now },
  });
  const leak: Omit<Leak, 'foundAtMs'> = {
    source: 'GATE',
    tenantId: 'acme',
    table: 'decisions',
    at: { ...at, offset: 9 },
    path: 'rationale',
    rule: 'email',
    count: 1,
  };
  sink({ ...leak, foundAtMs: 1_000 });
  sink({ ...leak, foundAtMs: 2_000 });
  logGate.found('err.code', 'email');
  await queue.stop();
  assert.deepEqual(
    [...(await readUnacknowledged(store.clickhouse))],
    [
      ['GATE', 1],
      ['LOG', 1],
      ['AUDIT', 0],
    ],
  );
  const leaks = createLeakStore(store.clickhouse);
  const [newestLeak, oldest] = await leaks.list(false, 10);
  assert.deepEqual(
    [newestLeak?.source, newestLeak?.topic, oldest?.source, oldest?.offset],
    ['LOG', null, 'GATE', 9],
  );
  await leaks.acknowledge([oldest?.id ?? ''], randomUUID(), 'rule-mended');
  assert.deepEqual(
    (await leaks.list(false, 10)).map(({ source }) => source),
    ['LOG'],
  );
  assert.equal((await leaks.list(true, 10)).find(({ source }) => source === 'GATE')?.note, 'rule-mended');
  assert.equal((await readUnacknowledged(store.clickhouse)).get('GATE'), 0);
});

/** A vault that signs, and a recorder that records what it signed. */
function createSigner() {
  const drafts: StatementDraft[] = [];
  const issueStatement = async (draft: StatementDraft) => {
    drafts.push(draft);
    await store.clickhouse.command(
      `INSERT INTO statements (topic, partition, offset, append_time, statement_id, tenant_id, kind, about)
       VALUES ('docket.statements.v1', 0, ${drafts.length}, now(), generateUUIDv4(), {tenant: String}, 'SCRUB', {about: UUID})`,
      { tenant: draft.tenant, about: draft.about },
    );
    return {
      ...{ statement_id: randomUUID(), tenant_id: draft.tenant, kind: draft.kind, about: draft.about },
      ...{ ranges: draft.ranges, rows: draft.rows, details: draft.details, issued_at: 0 },
      ...{ key_name: 'test', signature: '', salt: '' },
    };
  };
  return { drafts, issueStatement };
}

function scrub(
  leak: StoredLeak,
  changes: { dryRun?: boolean; wrap?: (store: ScrubStore) => ScrubStore } = {},
) {
  const signer = createSigner();
  const scrubStore = createScrubStore(store.clickhouse);
  const outcome = scrubLeak(leak, {
    store: changes.wrap?.(scrubStore) ?? scrubStore,
    registry,
    signer,
    dryRun: changes.dryRun ?? false,
    waitForRecorder: async () => false,
  });
  return { signer, outcome };
}

const readRow = async (offset: number) => {
  const [row] = await store.clickhouse.query<Record<string, unknown>>(
    `SELECT rationale, resource, \`labels.value\` AS labels, hex(salt) AS salt, hex(leaf_hash) AS leaf
     FROM decisions WHERE offset = {offset: Int64}`,
    { offset },
  );
  return row ?? {};
};

test('scrubbing takes text and salt, under a statement; leaf, other fields and other records stay', async () => {
  const leak = await leakOfAudit();
  const [before, other] = [await readRow(1), await readRow(0)];
  assert.equal(await scrub(leak, { dryRun: true }).outcome, 'would_scrub');
  assert.deepEqual(await readRow(1), before);

  const { signer, outcome } = scrub(leak);
  assert.equal(await outcome, 'scrubbed');
  assert.deepEqual(signer.drafts, [
    {
      ...{ kind: 'SCRUB', tenant: 'acme', about: leak.id, rows: 1 },
      ranges: [{ ...at, first_offset: 1, last_offset: 1 }],
      details: [
        { key: 'path', value: 'rationale' },
        { key: 'rule', value: 'ip' },
        { key: 'table', value: 'decisions' },
      ],
    },
  ]);
  assert.deepEqual(await readRow(1), { ...before, rationale: SCRUBBED, salt: '00'.repeat(16) });
  assert.deepEqual(await readRow(0), other);
  const again = scrub(leak);
  assert.equal(await again.outcome, 'was_scrubbed');
  assert.equal(again.signer.drafts.length, 0);
});

test('in a field of several values all are taken', async () => {
  const leak = await leakOfAudit();
  const inLabels = (await createLeakStore(store.clickhouse).list(false, 10)).find(
    ({ path }) => path !== leak.path,
  );
  assert.equal(inLabels?.path, 'labels.value');
  assert.ok(inLabels);
  assert.equal(await scrub(inLabels).outcome, 'scrubbed');
  assert.deepEqual((await readRow(1)).labels, [SCRUBBED]);
  assert.equal(await scrub(inLabels).outcome, 'was_scrubbed');
});

test('after a crash between statement and scrubbing the next run goes on, with no second statement', async () => {
  const leak = await leakOfAudit();
  const crashing = scrub(leak, {
    wrap: (inner) => ({
      ...inner,
      scrub: async () => {
        throw new Error('the machine is gone');
      },
    }),
  });
  await assert.rejects(crashing.outcome, /machine/);
  assert.equal(crashing.signer.drafts.length, 1);
  assert.match(String((await readRow(1)).rationale), /peer/);
  const next = scrub(leak);
  assert.equal(await next.outcome, 'scrubbed');
  assert.equal(next.signer.drafts.length, 0);
});

test('a statement that is not recorded in time changes nothing', async () => {
  const leak = await leakOfAudit();
  const { outcome } = scrub(leak, { wrap: (inner) => ({ ...inner, hasStatement: async () => false }) });
  await assert.rejects(outcome, /run the same command again/);
  assert.match(String((await readRow(1)).rationale), /peer/);
});

test('a leak whose coordinates are not those of the record is refused', async () => {
  const leak = await leakOfAudit();
  const cases: [Partial<StoredLeak>, RegExp][] = [
    [{ offset: 77 }, /no record/],
    [{ partition: 3 }, /no record/],
    [{ tenantId: 'globex' }, /another tenant/],
    [{ path: 'tenant_id' }, /no text/],
    [{ path: 'leaf_hash` = 1' }, /no text/],
    [{ table: 'labels' }, /no text/],
    [{ source: 'GATE' }, /blanked/],
    [{ topic: null, source: 'LOG' }, /no record/],
  ];
  for (const [changes, message] of cases) {
    const { signer, outcome } = scrub({ ...leak, ...changes });
    await assert.rejects(outcome, message);
    assert.equal(signer.drafts.length, 0);
  }
  assert.match(String((await readRow(1)).rationale), /peer/);
});
