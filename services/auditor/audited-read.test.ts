import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Access } from '../../domain/contract/events.ts';
import { createAuditedRead } from './audited-read.ts';
import type { Reader } from './ports.ts';

const auditor: Reader = { tenantId: 'acme', role: 'auditor', subject: 'auditor-3' };

/** The access log behind its port, with every step in the order in which it happened. */
function fixture(record: (access: Access) => Promise<void> = async () => {}) {
  const steps: string[] = [];
  const accesses: Access[] = [];
  const refused: string[] = [];
  const read = createAuditedRead({
    accessLog: {
      record: async (access) => {
        steps.push('record');
        await record(access);
        accesses.push(access);
      },
    },
    report: { recorded: () => {}, refused: (reason) => refused.push(reason) },
    nowMs: () => 1_000,
    maxReads: 1,
    recordTimeoutMs: 20,
  });
  const load = async () => {
    steps.push('load');
    return { rows: 2, body: 'the records' };
  };
  const request = {
    reader: auditor,
    action: 'decisions.search' as const,
    filters: { policy: 'p' },
    tenant: 'acme',
    problems: [],
  };
  return { read, load, request, steps, accesses, refused };
}

test('an answer is given only after the access log has the read, with what was searched and how many rows', async () => {
  const { read, load, request, steps, accesses } = fixture();
  assert.deepEqual(await read(request, load), { ok: true, body: 'the records' });
  assert.deepEqual(steps, ['load', 'record']);
  const [access] = accesses;
  assert.deepEqual(
    [access?.tenant_id, access?.actor, access?.granted, access?.rows, access?.filters],
    ['acme', 'auditor-3', true, 2, [{ key: 'policy', value: 'p' }]],
  );
});

const NOT_RECORDED: readonly [string, () => Promise<void>][] = [
  ['fails', async () => Promise.reject(new Error('away'))],
  ['does not answer', () => new Promise(() => {})],
];

for (const [what, record] of NOT_RECORDED) {
  test(`when the access log ${what} there is no answer, and nothing of the records in it`, async () => {
    const { read, load, request } = fixture(record);
    const result = await read(request, load);
    assert.equal(!result.ok && result.refusal, 'not_recorded');
    assert.doesNotMatch(JSON.stringify(result), /the records/);
  });
}

test('who may not read gets nothing, nothing is loaded, and the attempt is recorded as refused', async () => {
  for (const [changes, refusal] of [
    [{ reader: { ...auditor, role: 'sre' } }, 'role_forbidden'],
    [{ reader: { ...auditor, role: 'king' } }, 'role_forbidden'],
    [{ tenant: 'globex' }, 'tenant_forbidden'],
  ] as const) {
    const { read, load, request, steps, accesses } = fixture();
    const result = await read({ ...request, ...changes }, load);
    assert.equal(!result.ok && result.refusal, refusal);
    assert.deepEqual([steps, accesses[0]?.granted, accesses[0]?.tenant_id], [['record'], false, 'acme']);
  }
});

test('one read more than allowed at the same time is refused, not queued', async () => {
  const { read, request, load, refused } = fixture();
  const both = await Promise.all([read(request, load), read(request, load)]);
  assert.deepEqual(
    both.map((result) => result.ok),
    [true, false],
  );
  assert.deepEqual(refused, ['too_busy']);
});
