import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Search } from '../../domain/audit/search-filters.ts';
import { compileEncoder } from '../../domain/avro/encode.ts';
import type { Access } from '../../domain/contract/events.ts';
import { eraseCommitment } from '../../domain/contract/leaf.ts';
import { sealErasable } from '../../domain/erasure/erasable-box.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { createAuditedRead } from './audited-read.ts';
import type { Reader, StoredErasable, Vault } from './ports.ts';
import { createErasableReads } from './read-erasables.ts';

const registry = loadReleasedSchemas();
const ID = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
const auditor: Reader = { tenantId: 'acme', role: 'auditor', subject: 'auditor-3' };
const PLACE = { topic: 'docket.decisions.v1', partition: 0, offset: 7 };
const ERASABLE = { subjects: ['jane'], principal: null, input: '{"question":1}', output: null };

function encodeErasable(salt: Buffer): Buffer {
  const field = registry.newest('decision').type.fields.find(({ name }) => name === 'erasable');
  assert.ok(field?.type.kind === 'nullable' && field.type.of.kind === 'record');
  return compileEncoder(field.type.of)({ salt, ...ERASABLE });
}

const salt = randomBytes(16);
const key = { keyId: randomBytes(16), boxKey: randomBytes(32), tokenKey: randomBytes(32) };
const bytes = encodeErasable(salt);
const sealed = (isMasked = false) =>
  sealErasable([key], { tenantId: 'acme', ...PLACE }, bytes, randomBytes(12), isMasked);
const STORED: StoredErasable = {
  position: { appendMs: 1_000, ...PLACE },
  enforcerId: 'guard-1',
  commitment: eraseCommitment(salt, bytes),
  box: sealed(),
};

/** Reads over one stored decision and a vault with one key. */
function fixture(stored: readonly StoredErasable[], changes: Partial<Vault> = {}) {
  const accesses: Access[] = [];
  const searched: [Search, Buffer][] = [];
  const unused = async () => {
    throw new Error('no business here');
  };
  const read = createAuditedRead({
    accessLog: { record: async (access) => void accesses.push(access) },
    report: { recorded: () => {}, refused: () => {} },
    nowMs: () => 1_000,
    maxReads: 2,
    recordTimeoutMs: 100,
  });
  const records = {
    findErasables: async () => [...stored],
    searchBySubject: async (search: Search, token: Buffer) => {
      searched.push([search, token]);
      return [{ position: STORED.position, json: { decision_id: ID } }];
    },
    ...{ searchDecisions: unused, findDecisions: unused, findDuplicates: unused, findLabels: unused },
    ...{ searchAccesses: unused, searchBehind: unused, overview: unused },
  };
  const store = { of: () => records, watermarkMs: async () => 5_000 };
  const vault: Vault = {
    open: async () => new Map([[key.keyId.toString('hex'), key.boxKey]]),
    lookUp: async (_tenant, subject) => (subject === 'jane' ? Buffer.alloc(16, 9) : null),
    ...changes,
  };
  const reads = createErasableReads(read, store, vault, registry, () => 4_000_000);
  return { reads, accesses, searched };
}

async function readState(stored: Partial<StoredErasable>, changes: Partial<Vault> = {}) {
  const { reads } = fixture([{ ...STORED, ...stored }], changes);
  const result = await reads.readErasable(auditor, ID, {});
  assert.ok(result.ok && 'found' in result.body);
  return result.body.found;
}

test('a box is opened, held against its commitment, and recorded as a read of its own', async () => {
  const { reads, accesses } = fixture([STORED]);
  const result = await reads.readErasable(auditor, ID, {});
  assert.deepEqual(result, {
    ok: true,
    body: {
      found: {
        ...{ coordinates: PLACE, append_time: '1970-01-01T00:00:01.000Z', state: 'OPEN' },
        ...{ masked: false, fits_commitment: true, erasable: ERASABLE },
      },
    },
  });
  assert.deepEqual(
    accesses.map(({ action, rows, filters }) => [action, rows, filters]),
    [['decisions.read_erasable', 1, [{ key: 'decision_id', value: ID }]]],
  );
});

const STATES: readonly [string, string, Partial<StoredErasable>, Partial<Vault>][] = [
  ['without an erasable part', 'NONE', { commitment: null, box: null }, {}],
  ['whose box was never made', 'ERASED', { box: null }, {}],
  ['whose key is gone', 'ERASED', {}, { open: async () => null }],
  ['whose box was altered', 'BROKEN', { box: Buffer.concat([sealed(), Buffer.alloc(1)]) }, {}],
  ['whose box is of another record', 'BROKEN', { position: { ...STORED.position, offset: 8 } }, {}],
  ['whose box is no box', 'BROKEN', { box: Buffer.from('box') }, {}],
];

for (const [what, state, stored, vault] of STATES) {
  test(`a decision ${what} is said to be ${state}`, async () => {
    const found = await readState(stored, vault);
    assert.deepEqual([found.state, found.erasable, found.fits_commitment], [state, null, null]);
  });
}

test('what does not fit its commitment is told, but for what was masked', async () => {
  const commitment = Buffer.alloc(32, 1);
  assert.equal((await readState({ commitment })).fits_commitment, false);
  const masked = await readState({ commitment, box: sealed(true) });
  assert.deepEqual([masked.masked, masked.fits_commitment], [true, null]);
});

test('a reviewer may neither open a box nor ask for a person, and the vault is not asked', async () => {
  const asked = async () => assert.fail('the vault was asked');
  const { reads, accesses } = fixture([STORED], { open: asked, lookUp: asked });
  const reviewer = { ...auditor, role: 'reviewer' };
  const opened = await reads.readErasable(reviewer, ID, {});
  const found = await reads.searchBySubject(reviewer, { subject: 'jane' });
  assert.deepEqual([opened.ok, found.ok], [false, false]);
  assert.deepEqual(
    accesses.map(({ granted }) => granted),
    [false, false],
  );
});

test('a search by subject finds by token, and is recorded without the subject', async () => {
  const { reads, accesses, searched } = fixture([]);
  const result = await reads.searchBySubject(auditor, { subject: 'jane', service: 'checkout', limit: 10 });
  assert.ok(result.ok);
  assert.deepEqual(result.body.decisions, [{ decision_id: ID }]);
  const [[search, token] = []] = searched;
  assert.deepEqual(
    [search?.equals, search?.limit, token],
    [{ service: 'checkout' }, 10, Buffer.alloc(16, 9)],
  );
  assert.deepEqual([accesses[0]?.action, accesses[0]?.rows], ['decisions.search_by_subject', 1]);
  assert.doesNotMatch(JSON.stringify(accesses), /jane/);
});

test('of whom nothing is stored nothing is found, and that is recorded as well', async () => {
  const { reads, accesses, searched } = fixture([]);
  const result = await reads.searchBySubject(auditor, { subject: 'john' });
  assert.deepEqual([result.ok && result.body.decisions, searched, accesses[0]?.rows], [[], [], 0]);
});

const BAD_BODIES: readonly [string, unknown, string][] = [
  ['no object', ['jane'], '(body)'],
  ['no subject', {}, 'subject'],
  ['an empty subject', { subject: ' ' }, 'subject'],
  ['a filter that is not known', { subject: 'jane', subjects: 'x' }, '(unknown)'],
];

for (const [what, body, parameter] of BAD_BODIES) {
  test(`a body with ${what} is refused by name`, async () => {
    const result = await fixture([]).reads.searchBySubject(auditor, body);
    assert.ok(!result.ok && result.refusal === 'bad_parameters');
    assert.ok(result.problems?.some((problem) => problem.parameter === parameter));
    assert.doesNotMatch(JSON.stringify(result.problems), /jane/);
  });
}
