import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeCursor, encodeCursor } from './page-cursor.ts';
import { parseRfc3339 } from './rfc3339.ts';
import { parseSearch, type SearchSpec } from './search-filters.ts';

const SPEC: SearchSpec = {
  name: 'decisions',
  filters: {
    policy: { kind: 'code' },
    outcome: { kind: 'one-of', values: ['ALLOW', 'DENY'] },
    trace_id: { kind: 'hex', bytes: 16 },
  },
};
const NOW = Date.UTC(2026, 0, 31, 12);
const HOUR_MS = 3_600_000;

test('without a range it is the last hour; a from alone reaches to now', () => {
  const last = parseSearch(SPEC, {}, NOW);
  assert.ok('search' in last);
  assert.deepEqual([last.search.fromMs, last.search.toMs, last.search.limit], [NOW - HOUR_MS, NOW, 100]);
  const since = parseSearch(SPEC, { from: '2026-01-01T00:00:00Z' }, NOW);
  assert.ok('search' in since);
  assert.deepEqual([since.search.fromMs, since.search.toMs], [Date.UTC(2026, 0, 1), NOW]);
});

test('everything that is wrong is told at once, with what to do, and no value is quoted', () => {
  const parsed = parseSearch(
    SPEC,
    {
      policy: 'jane@example.com',
      outcome: 'jane@example.com',
      trace_id: 'jane@example.com',
      from: 'jane@example.com',
      limit: '0',
      cursor: 'jane@example.com',
      'jane@example.com': 'x',
    },
    NOW,
  );
  assert.ok('problems' in parsed);
  const named = parsed.problems.map((problem) => problem.parameter).sort();
  assert.deepEqual(named, ['(unknown)', 'cursor', 'from', 'limit', 'outcome', 'policy', 'trace_id']);
  assert.doesNotMatch(JSON.stringify(parsed), /jane/);
});

const REFUSED: readonly [string, Record<string, unknown>, string][] = [
  ['a filter that stands twice', { policy: ['a', 'b'] }, 'policy'],
  ['an empty code', { policy: '' }, 'policy'],
  ['a range that ends before it begins', { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 'to'],
  ['a limit above the most', { limit: '1001' }, 'limit'],
];

for (const [what, given, parameter] of REFUSED) {
  test(`${what} is refused by name`, () => {
    const parsed = parseSearch(SPEC, given, NOW);
    assert.ok('problems' in parsed);
    assert.deepEqual(
      parsed.problems.map((problem) => problem.parameter),
      [parameter],
    );
  });
}

test('a cursor goes on in the range and the search of its first page only', () => {
  const first = parseSearch(SPEC, { policy: 'p' }, NOW);
  assert.ok('search' in first);
  const after = { appendMs: NOW - 5, topic: 'docket.decisions.v1', partition: 1, offset: 7 };
  const { fromMs, toMs, filtersDigest } = first.search;
  const cursor = encodeCursor({ fromMs, toMs, filters: filtersDigest, after });
  const next = parseSearch(SPEC, { policy: 'p', cursor }, NOW + HOUR_MS);
  assert.ok('search' in next);
  assert.deepEqual([next.search.fromMs, next.search.toMs, next.search.after], [fromMs, toMs, after]);
  assert.ok('problems' in parseSearch(SPEC, { policy: 'another', cursor }, NOW));
  assert.ok('problems' in parseSearch(SPEC, { policy: 'p', cursor, from: '2026-01-01T00:00:00Z' }, NOW));
});

test('a cursor comes back as it was made, and nothing else is one', () => {
  const made = {
    fromMs: 1,
    toMs: 2,
    filters: '0123456789abcdef',
    after: { appendMs: 1, topic: 'a.b', partition: 0, offset: 3 },
  };
  assert.deepEqual(decodeCursor(encodeCursor(made)), made);
  fc.assert(fc.property(fc.string(), (text) => decodeCursor(text) === null));
  const forged = (parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  for (const parts of [
    [1, 1, 2, 'x', 1, 'a', 0, 3],
    [1, 2, 1, made.filters, 1, 'a', 0, 3],
    [2, 1, 2, made.filters, 1, 'a', 0, 3],
    [1, 1, 2, made.filters, 1, "a' OR 1", 0, 3],
  ]) {
    assert.equal(decodeCursor(forged(parts)), null);
  }
});

test('a time must exist and lie within what is recorded', () => {
  assert.equal(parseRfc3339('2026-01-31T12:00:00Z'), NOW);
  assert.equal(parseRfc3339('2026-01-31T13:30:00+01:30'), NOW);
  for (const text of [
    '2026-02-30T00:00:00Z',
    '2026-01-31',
    '1969-12-31T23:59:59Z',
    '2200-01-01T00:00:00Z',
    '2026-01-31T12:00:00',
  ]) {
    assert.equal(parseRfc3339(text), null, text);
  }
});
