import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Decision } from '../../domain/contract/events.ts';
import { inputOf } from '../../domain/contract/inputs.ts';
import { leafHash } from '../../domain/contract/leaf.ts';
import type { RejectReason } from '../../domain/contract/reject-reason.ts';
import { frameConfluent, frameSingleObject } from '../../domain/contract/wire.ts';
import { ReplayedOrigins } from '../../domain/recording/replayed-origins.ts';
import { SeenEvents } from '../../domain/recording/seen-events.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { createTextRedactor } from '../../domain/redaction/text-redactor.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { NO_KEYS, PATIENT } from '../../test/support/memory-vault.ts';
import { rowsOfBatch } from '../../test/support/rows-of-batch.ts';
import { sampleDecision, sampleTally } from '../../test/support/sample-events.ts';
import { createRecordJudge, type ReadOriginals } from './judge-records.ts';
import type { RecordedRow } from './ports.ts';

const registry = loadReleasedSchemas();
const redactor = createTextRedactor();
const rules = { registry, redactor };
const recordDecisions = judging('decision');
const APPEND_MS = Date.UTC(2026, 2, 1);
const onTime = { decided_at: APPEND_MS * 1000 };

/** Judges records of partition 0 and gives the rows of all tables, in offset order. */
function judging(subject: string) {
  const input = inputOf(subject);
  const judge = createRecordJudge(input, { topic: 'docket.decisions.v1', partition: 0 }, rules, NO_KEYS);
  return async (
    records: readonly SourceRecord[],
    seen: SeenEvents,
    readOriginals: ReadOriginals,
    origins = new ReplayedOrigins(),
  ) => rowsOfBatch(registry, input, await judge(records, { seen, origins }, readOriginals, PATIENT));
}

function wire(subject: string, event: object): Buffer {
  const schema = registry.newest(subject);
  return frameSingleObject(schema, schema.encode(event));
}

function at(offset: number, value: Buffer | null): SourceRecord {
  return {
    topic: 'docket.decisions.v1',
    partition: 0,
    offset,
    appendMs: APPEND_MS,
    key: null,
    origin: null,
    value,
    bytes: value?.length ?? 0,
  };
}

function decisionAt(offset: number, changes: Partial<Decision> = {}): SourceRecord {
  return at(offset, wire('decision', sampleDecision({ ...onTime, ...changes })));
}

const noOriginals = async () => {
  throw new Error('nothing should be read back');
};

async function recordOne(record: SourceRecord): Promise<RecordedRow> {
  const [row] = await recordDecisions([record], new SeenEvents(), noOriginals);
  assert.ok(row);
  return row;
}

test('a good decision is recorded, its leaf over its canonical bytes', async () => {
  const row = await recordOne(decisionAt(7));
  assert.equal(row.table, 'decisions');
  const schema = registry.newest('recorded-decision');
  assert.deepEqual(row.leaf, leafHash(schema.sha256, schema.encode(row.record)));
  assert.equal(row.record.offset, 7);
  assert.deepEqual(row.record.wire_schema, registry.newest('decision').fingerprint);
});

test('the leaves of a batch stay what they are when the next one is judged', async () => {
  const input = inputOf('decision');
  const judge = createRecordJudge(input, { topic: 'docket.decisions.v1', partition: 0 }, rules, NO_KEYS);
  const judgeOne = (offset: number) =>
    judge(
      [decisionAt(offset)],
      { seen: new SeenEvents(), origins: new ReplayedOrigins() },
      noOriginals,
      PATIENT,
    );
  const { leaves } = await judgeOne(1);
  const before = Buffer.from(leaves);
  await judgeOne(2);
  assert.deepEqual(Buffer.from(leaves), before);
});

test('both wire forms of one event give the same row', async () => {
  const decision = sampleDecision(onTime);
  const schema = registry.newest('decision');
  const confluent = await recordOne(at(3, frameConfluent(schema, schema.encode(decision))));
  assert.deepEqual(await recordOne(at(3, wire('decision', decision))), confluent);
});

const erasable = { salt: Buffer.alloc(16, 9), subjects: [], principal: null, input: null, output: null };
const tooLong = 'a'.repeat(256 * 1024 + 1);
const REJECTED: readonly [string, SourceRecord, RejectReason, string | null][] = [
  ['a record without a value', at(0, null), 'empty_record', null],
  ['bytes that are no Avro', at(0, Buffer.from('hello')), 'unknown_wire_form', null],
  [
    'a fingerprint nobody released',
    at(0, Buffer.from('c3010102030405060708', 'hex')),
    'unknown_fingerprint',
    null,
  ],
  ['a truncated event', at(0, wire('decision', sampleDecision()).subarray(0, 60)), 'truncated', null],
  ['an event of another kind', at(0, wire('request-tally', sampleTally())), 'wrong_schema', null],
  ['a record of 2 MiB', at(0, Buffer.alloc(2 * 1024 * 1024)), 'oversized_record', null],
  ['an empty tenant', decisionAt(0, { tenant_id: '' }), 'empty_tenant', 'tenant_id'],
  ['a decided time before 1970', decisionAt(0, { decided_at: -1 }), 'time_out_of_range', 'decided_at'],
  [
    'a decided time in the year 2200',
    decisionAt(0, { decided_at: Date.UTC(2200, 0) * 1000 }),
    'time_out_of_range',
    'decided_at',
  ],
  [
    'an e-mail address for a service',
    decisionAt(0, { service: 'jane@example.com' }),
    'value_outside_grammar',
    'service',
  ],
  [
    'an enforcer without a name',
    decisionAt(0, { enforcer: { id: '', version: '', epoch: 0, sequence: 0 } }),
    'empty_identity',
    'enforcer.id',
  ],
  ['a negative latency', decisionAt(0, { latency_us: -1 }), 'number_out_of_range', 'latency_us'],
  [
    'a key that stands twice',
    decisionAt(0, {
      attributes: [
        { key: 'a', value: '1' },
        { key: 'a', value: '2' },
      ],
    }),
    'keys_not_canonical',
    'attributes',
  ],
  [
    'keys out of order',
    decisionAt(0, {
      labels: [
        { key: 'b', value: '1' },
        { key: 'a', value: '2' },
      ],
    }),
    'keys_not_canonical',
    'labels',
  ],
  ['a text beyond its limit', decisionAt(0, { rationale: tooLong }), 'text_too_long', 'rationale'],
  [
    'more subjects than a box can name',
    decisionAt(0, { erasable: { ...erasable, subjects: new Array(255).fill('jane') } }),
    'too_many_items',
    'erasable.subjects',
  ],
  [
    'a subject of more than 1,024 bytes',
    decisionAt(0, { erasable: { ...erasable, subjects: ['ä'.repeat(513)] } }),
    'text_too_long',
    'erasable.subjects',
  ],
  [
    'a principal of more than 1,024 bytes',
    decisionAt(0, { erasable: { ...erasable, principal: 'j'.repeat(1_025) } }),
    'text_too_long',
    'erasable.principal',
  ],
];

for (const [what, record, reason, field] of REJECTED) {
  test(`${what} goes to quarantine as ${reason}`, async () => {
    const row = await recordOne(record);
    assert.equal(row.table, 'quarantine');
    assert.equal(row.record.reason, reason);
    assert.equal(row.record.field, field);
  });
}

test('a score that is NaN goes to quarantine by name', async () => {
  const bytes = wire('decision', sampleDecision({ ...onTime, score: 0.123456789 }));
  const number = Buffer.alloc(8);
  number.writeDoubleLE(0.123456789);
  bytes.writeDoubleLE(Number.NaN, bytes.indexOf(number));
  assert.deepEqual((await recordOne(at(0, bytes))).record.reason, 'number_not_finite');
});

test('a quarantine row keeps the safe fields that could be read, and nothing that does not fit their grammar', async () => {
  const { record } = await recordOne(decisionAt(0, { tenant_id: 'jane@example.com', latency_us: -1 }));
  assert.equal(record.tenant_id, null);
  assert.equal(record.producer_id, 'guard-1');
  assert.equal(record.sequence, 0);
  assert.doesNotMatch(JSON.stringify(record), /jane/);
});

test('personal data in text is redacted and noted by place and rule, never by value', async () => {
  const { record } = await recordOne(
    decisionAt(0, {
      rationale: 'asked by jane@example.com',
      error: { class: 'timeout', message: 'Authorization: Bearer abcdef0123456789abcdef' },
      attributes: [{ key: 'note', value: 'card 4111 1111 1111 1111' }],
    }),
  );
  assert.doesNotMatch(JSON.stringify(record), /jane@|abcdef0123456789|4111 1111/);
  const notes = record.redactions as { path: string; rule: string; count: number }[];
  assert.deepEqual(
    notes.map((note) => note.path),
    ['attributes.value', 'error.message', 'rationale'],
  );
  assert.ok(notes.every((note) => note.count > 0));
});

test('erasable data is not recorded; its commitment is', async () => {
  const erasable = {
    salt: Buffer.alloc(16, 9),
    subjects: ['jane'],
    principal: 'jane',
    input: 'private',
    output: null,
  };
  const { record } = await recordOne(decisionAt(0, { erasable }));
  assert.equal((record.erase_commitment as Buffer).length, 32);
  assert.doesNotMatch(JSON.stringify(record), /jane|private/);
});

test('a decided time beyond the allowed skew is flagged and kept', async () => {
  const hour = 3_600_000_000;
  assert.deepEqual((await recordOne(decisionAt(0, { decided_at: APPEND_MS * 1000 + hour }))).record.flags, [
    'decided_in_future',
  ]);
  assert.deepEqual((await recordOne(decisionAt(0, { decided_at: APPEND_MS * 1000 - hour }))).record.flags, [
    'decided_long_before',
  ]);
  assert.deepEqual((await recordOne(decisionAt(0))).record.flags, []);
});

test('a second copy is a duplicate of the first: same but for its salts, or in conflict', async () => {
  const first = sampleDecision(onTime);
  const again = { ...first, salt: Buffer.alloc(16, 3) };
  const other = { ...first, outcome: 'DENY' as const };
  const records = [first, again, other].map((event, offset) => at(offset, wire('decision', event)));
  const rows = await recordDecisions(records, new SeenEvents(), noOriginals);
  assert.deepEqual(
    rows.map((row) => row.table),
    ['decisions', 'duplicates', 'duplicates'],
  );
  assert.deepEqual(
    rows.slice(1).map((row) => [row.record.duplicate_of, row.record.content]),
    [
      [0, 'SAME'],
      [0, 'CONFLICT'],
    ],
  );
});

test('an original from an earlier batch is read back to compare with', async () => {
  const first = sampleDecision(onTime);
  const seen = new SeenEvents();
  const [original] = await recordDecisions([at(5, wire('decision', first))], seen, noOriginals);
  assert.ok(original);
  const asked: (readonly number[])[] = [];
  const [row] = await recordDecisions([at(9, wire('decision', first))], seen, async (offsets) => {
    asked.push(offsets);
    return new Map([[5, original.record]]);
  });
  assert.deepEqual(asked, [[5]]);
  assert.deepEqual([row?.table, row?.record.content], ['duplicates', 'SAME']);
});

test('the originals of thousands of copies are read a few hundred at a time', async () => {
  const events = Array.from({ length: 1_200 }, () => sampleDecision(onTime));
  const seen = new SeenEvents();
  const wires = events.map((event) => wire('decision', event));
  await recordDecisions(
    wires.map((value, offset) => at(offset, value)),
    seen,
    noOriginals,
  );
  const asked: number[] = [];
  const copies = wires.map((value, index) => at(5_000 + index, value));
  const rows = await recordDecisions(copies, seen, async (offsets) => {
    asked.push(offsets.length);
    return new Map();
  });
  assert.deepEqual(asked, [500, 500, 200]);
  assert.ok(rows.every((row) => row.table === 'duplicates'));
});

test('a quarantined event does not count as seen: its repaired copy is recorded', async () => {
  const bad = sampleDecision({ ...onTime, latency_us: -1 });
  const records = [bad, { ...bad, latency_us: 1 }].map((event, offset) =>
    at(offset, wire('decision', event)),
  );
  const rows = await recordDecisions(records, new SeenEvents(), noOriginals);
  assert.deepEqual(
    rows.map((row) => row.table),
    ['quarantine', 'decisions'],
  );
});

function replayOf(origin: number, record: SourceRecord): SourceRecord {
  return { ...record, origin: Buffer.from(`0/${origin}`) };
}

test('a replay says whose it is, in whichever table it lands', async () => {
  const event = sampleDecision(onTime);
  const records = [
    replayOf(1, at(5, wire('decision', event))),
    replayOf(2, at(6, wire('decision', event))),
    replayOf(3, at(7, Buffer.from('hello'))),
    at(8, wire('decision', sampleDecision(onTime))),
  ];
  const rows = await recordDecisions(records, new SeenEvents(), noOriginals);
  assert.deepEqual(
    rows.map((row) => [row.table, row.record.origin_offset]),
    [
      ['decisions', 1],
      ['duplicates', 2],
      ['quarantine', 3],
      ['decisions', null],
    ],
  );
});

test('a second replay of one origin is refused, whatever became of the first, and does not count as seen', async () => {
  const event = sampleDecision(onTime);
  const records = [
    replayOf(1, at(5, Buffer.from('hello'))),
    replayOf(1, at(6, wire('decision', event))),
    replayOf(1, at(7, Buffer.from('hello'))),
    at(8, wire('decision', event)),
  ];
  const rows = await recordDecisions(records, new SeenEvents(), noOriginals);
  assert.deepEqual(
    rows.map((row) => [row.table, row.record.reason, row.record.origin_offset]),
    [
      ['quarantine', 'unknown_wire_form', 1],
      ['quarantine', 'already_replayed', 1],
      ['quarantine', 'already_replayed', 1],
      ['decisions', undefined, null],
    ],
  );
  assert.equal(rows[1]?.record.tenant_id, event.tenant_id, 'its safe fields are still told');
});

test('where batches begin and end changes nothing', async () => {
  const ids = [0, 1, 2].map(() => sampleDecision(onTime));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(7), { minLength: 1, maxLength: 12 }), fc.nat(12), async (picks, cut) => {
      const records = picks.map((pick, index) => {
        const record = at(index + 2, pick % 4 === 3 ? null : wire('decision', ids[pick % 4] as Decision));
        return pick < 4 ? record : replayOf(pick % 2, record);
      });
      const whole = await recordDecisions(records, new SeenEvents(), noOriginals);
      const [seen, origins] = [new SeenEvents(), new ReplayedOrigins()];
      const parts = [records.slice(0, cut), records.slice(cut)];
      const rows: RecordedRow[] = [];
      for (const part of parts) {
        const originals = async () => new Map(rows.map((row) => [row.offset, row.record]));
        rows.push(...(await recordDecisions(part, seen, originals, origins)));
      }
      assert.deepEqual(rows, whole);
    }),
    { numRuns: 50 },
  );
});
