import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decision } from '../../domain/contract/events.ts';
import { inputOf } from '../../domain/contract/inputs.ts';
import { frameSingleObject } from '../../domain/contract/wire.ts';
import { openErasable } from '../../domain/erasure/erasable-box.ts';
import { openBox, payloadKeyOf } from '../../domain/recording/quarantine-box.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { createTextRedactor } from '../../domain/redaction/text-redactor.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { freshHistory } from '../../test/support/fresh-history.ts';
import { createMemoryVault, keysFrom, NO_KEYS, PATIENT } from '../../test/support/memory-vault.ts';
import { peopleOfBatch } from '../../test/support/people-of-batch.ts';
import { sampleDecision, sampleLabel } from '../../test/support/sample-events.ts';
import { createRecordJudge } from './judge-records.ts';
import type { KeySource } from './lease-keys.ts';

const registry = loadReleasedSchemas();
const redactor = createTextRedactor();
const APPEND_MS = Date.UTC(2026, 2, 1, 23);
const TOPIC = 'docket.decisions.v1';
const SECRET = '{"question":"what ails me?"}';

function wire(subject: string, event: object): Buffer {
  const schema = registry.newest(subject);
  return frameSingleObject(schema, schema.encode(event));
}

function at(offset: number, value: Buffer, key: string | null = null): SourceRecord {
  const coordinates = { topic: TOPIC, partition: 0, offset, appendMs: APPEND_MS };
  return {
    ...coordinates,
    key: key === null ? null : Buffer.from(key),
    origin: null,
    value,
    bytes: value.length,
  };
}

function about(subjects: readonly string[], principal: string | null = null): Decision['erasable'] {
  return { salt: Buffer.alloc(16, 7), subjects: [...subjects], principal, input: SECRET, output: null };
}

function decisionAt(
  offset: number,
  erasable: Decision['erasable'],
  changes: Partial<Decision> = {},
): SourceRecord {
  return at(offset, wire('decision', sampleDecision({ decided_at: APPEND_MS * 1000, erasable, ...changes })));
}

function judge(records: readonly SourceRecord[], keys: KeySource, subject = 'decision', rules = {}) {
  const judgeRecords = createRecordJudge(
    inputOf(subject),
    { topic: TOPIC, partition: 0 },
    { registry, redactor, ...rules },
    keys,
  );
  return judgeRecords(records, freshHistory(), async () => new Map(), PATIENT);
}

const place = (offset: number) => ({ tenantId: 'acme', topic: TOPIC, partition: 0, offset });

test('a box holds the erasable record as it came, and opens only with the keys of all whom it is about', async () => {
  const vault = createMemoryVault();
  const record = decisionAt(5, about(['jane', 'john'], 'jim'));
  const [row] = peopleOfBatch(await judge([record], keysFrom(vault)));
  assert.ok(row?.box);
  const opened = openErasable(vault.boxKeys, place(5), row.box);
  assert.ok(opened.ok && opened.erasable.includes(SECRET) && !opened.isMasked);
  assert.equal(vault.boxKeys.size, 3);
  for (const id of vault.boxKeys.keys()) {
    const left = new Map([...vault.boxKeys].filter(([other]) => other !== id));
    assert.equal(openErasable(left, place(5), row.box).ok, false);
  }
});

test('what is about nobody is boxed under the key of its day', async () => {
  const vault = createMemoryVault();
  const keys = keysFrom(vault);
  const [row] = peopleOfBatch(await judge([decisionAt(5, about(['', ' \u00a0']))], keys));
  assert.ok(row?.box && openErasable(vault.boxKeys, place(5), row.box).ok);
  assert.deepEqual([row.subjects, row.principal], [[], null]);
  vault.destroyDay({ tenant: 'acme', day: '2026-03-01', purpose: 'erasable' });
  assert.equal(openErasable(vault.boxKeys, place(5), row.box).ok, false);
  const [again] = peopleOfBatch(await judge([decisionAt(6, about([]))], keysFrom(vault)));
  assert.equal(again?.box, null, 'a day that was destroyed gets no other key');
});

test('a person has one token, however the id is typed, wherever it stands', async () => {
  const keys = keysFrom(createMemoryVault());
  const records = [
    decisionAt(1, about(['Ame\u0301lie', 'jane', 'jane'])),
    decisionAt(2, about([' Am\u00e9lie '], 'jane')),
    decisionAt(3, about(['jane'], 'nobody else')),
    decisionAt(4, null),
  ];
  const rows = peopleOfBatch(await judge(records, keys));
  const [amelie, jane] = rows[0]?.subjects ?? [];
  assert.equal(rows[0]?.subjects.length, 2);
  assert.deepEqual([rows[1]?.subjects, rows[1]?.principal], [[amelie], jane]);
  assert.deepEqual(rows[2]?.subjects, [jane]);
  assert.deepEqual(rows[3], { offset: 4, box: null, subjects: [], principal: null, tokens: {} });
});

test('ids of people in labels become tokens; of one that was forgotten nothing is left', async () => {
  const vault = createMemoryVault();
  const label = (offset: number, reviewer: string) =>
    at(offset, wire('label', sampleLabel({ labelled_at: APPEND_MS * 1000, reviewer })));
  const records = [label(1, 'jane'), label(2, 'john'), label(3, ' jane')];
  const rows = peopleOfBatch(await judge(records, keysFrom(vault), 'label'));
  assert.equal(rows[0]?.tokens.reviewer, rows[2]?.tokens.reviewer);
  assert.notEqual(rows[0]?.tokens.reviewer, rows[1]?.tokens.reviewer);
  vault.erase('acme', 'jane', [{ topic: TOPIC, partition: 0, offset: 3 }]);
  const replayed = peopleOfBatch(await judge(records, keysFrom(vault), 'label'));
  assert.equal(replayed[0]?.tokens.reviewer, '0'.repeat(32));
  assert.equal(replayed[1]?.tokens.reviewer, rows[1]?.tokens.reviewer);
  assert.notEqual(replayed[2]?.tokens.reviewer, rows[0]?.tokens.reviewer, 'behind it she is somebody new');
});

test('a replay of what was forgotten gets no box and no token; what came later has new ones', async () => {
  const vault = createMemoryVault();
  const records = [1, 2, 3, 4].map((offset) =>
    decisionAt(offset, about(offset === 2 ? ['john'] : ['jane'], 'jim')),
  );
  const before = peopleOfBatch(await judge(records, keysFrom(vault)));
  vault.erase('acme', 'jane', [{ topic: TOPIC, partition: 0, offset: 4 }]);
  for (const row of before) {
    const opens = row.box !== null && openErasable(vault.boxKeys, place(row.offset), row.box).ok;
    assert.equal(opens, row.offset === 2, 'what is stored already does not open any more');
  }
  const after = peopleOfBatch(await judge(records, keysFrom(vault)));
  assert.deepEqual(
    after.map(({ box, subjects }) => [box !== null, subjects.length]),
    [
      [false, 0],
      [true, 1],
      [false, 0],
      [true, 1],
    ],
  );
  assert.deepEqual(after[1]?.subjects, before[1]?.subjects);
  assert.notDeepEqual(after[3]?.subjects, before[3]?.subjects);
  assert.ok(
    after.every(({ principal }) => principal === before[0]?.principal),
    'others keep their tokens',
  );
});

test('copies get neither box nor token, and no key is made for them', async () => {
  const vault = createMemoryVault();
  const first = sampleDecision({ decided_at: APPEND_MS * 1000 });
  const copy = { ...first, erasable: about(['jane']) };
  const { blocks } = await judge(
    [at(1, wire('decision', first)), at(2, wire('decision', copy))],
    keysFrom(vault),
  );
  assert.deepEqual(
    blocks.map(({ table, offsets }) => [table, offsets]),
    [
      ['duplicates', [2]],
      ['decisions', [1]],
    ],
  );
  assert.equal(vault.boxKeys.size, 0);
});

test('what is masked is boxed masked, and says so', async () => {
  const vault = createMemoryVault();
  const maskErasable = (erasable: Uint8Array, tenant: string) => ({
    erasable: Buffer.from(`${tenant}: ${erasable.length} bytes`),
    isMasked: true,
  });
  const [row] = peopleOfBatch(
    await judge([decisionAt(5, about(['jane']))], keysFrom(vault), 'decision', { maskErasable }),
  );
  const opened = openErasable(vault.boxKeys, place(5), row?.box ?? Buffer.alloc(0));
  assert.ok(opened.ok && opened.isMasked);
  assert.match(opened.erasable.toString(), /^acme: \d+ bytes$/);
});

test('leaves and every other column are byte for byte the same, whatever the vault has or has forgotten', async () => {
  const records = Array.from({ length: 200 }, (_, offset) => {
    const erasable =
      offset % 3 === 0 ? null : about([`person-${offset % 7}`, 'jane'], offset % 2 ? 'jim' : null);
    return decisionAt(offset, erasable, { rationale: `case ${offset}, ask jane@example.com` });
  });
  const vault = createMemoryVault();
  const forgetful = createMemoryVault();
  forgetful.erase('acme', 'jane', [{ topic: TOPIC, partition: 0, offset: 150 }]);
  const batches = [];
  for (const keys of [keysFrom(vault), keysFrom(forgetful), NO_KEYS])
    batches.push(await judge(records, keys));
  const [whole, ...others] = batches.map(({ leaves, blocks }) => {
    const [block] = blocks;
    assert.ok(block !== undefined && 'columns' in block.rows && blocks.length === 1);
    const apart = ['erasable_box', 'subject_tokens', 'principal_token'];
    const columns = block.rows.columns.filter(({ name }) => !apart.includes(name));
    const bytes = columns.map(({ name, cells, nulls, ends }) => [
      name,
      cells.kind === 'codes'
        ? Array.from({ length: cells.count }, (_, cell) =>
            Buffer.from(cells.book.valueOf(cells.at(cell))).toString(),
          )
        : Buffer.from(cells.slice(0, cells.count)).toString('hex'),
      nulls === null ? null : Buffer.from(nulls.slice(0, nulls.count)).toString('hex'),
      ends === null ? null : Buffer.from(ends.slice(0, ends.count)).toString('hex'),
    ]);
    return { leaves: Buffer.from(leaves).toString('hex'), bytes };
  });
  for (const other of others) assert.deepEqual(other, whole);
});

const bad = (tenant: string) =>
  wire('decision', sampleDecision({ decided_at: APPEND_MS * 1000, tenant_id: tenant, latency_us: -1 }));
const PAYLOADS: readonly [string, SourceRecord, string][] = [
  ['of the tenant that the event names', at(4, bad('globex'), 'acme|guard-1'), 'globex'],
  ['else of the one that its key names', at(4, Buffer.from('hello'), 'acme|guard-1'), 'acme'],
  ['else of nobody', at(4, Buffer.from('hello'), 'jane@example.com|guard-1'), ''],
];

for (const [whose, record, tenant] of PAYLOADS) {
  test(`a payload in quarantine has the key of the day, ${whose}`, async () => {
    const vault = createMemoryVault();
    const [row] = (await judge([record], keysFrom(vault))).refused;
    assert.ok(row?.payloadBox);
    const name = payloadKeyOf(row.payloadBox);
    assert.equal(name?.tenant, tenant);
    const boxKey = vault.boxKeys.get(name?.keyId.toString('hex') ?? '') ?? Buffer.alloc(32);
    const opened = openBox(boxKey, record, row.payloadBox);
    assert.deepEqual(opened, { ok: true, content: { key: record.key, value: record.value } });
    vault.destroyDay({ tenant, day: '2026-03-01', purpose: 'quarantine' });
    const [again] = (await judge([record], keysFrom(vault))).refused;
    assert.equal(again?.payloadBox, null);
    assert.deepEqual(again?.leaf, row.leaf);
  });
}

test('without a value there is no payload, and no key is asked for', async () => {
  const vault = createMemoryVault();
  const { refused } = await judge([{ ...at(4, Buffer.alloc(0)), value: null }], keysFrom(vault));
  assert.deepEqual([refused[0]?.payloadBox, vault.asked], [undefined, []]);
});
