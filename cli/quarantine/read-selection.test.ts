import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conditionOf, filtersOf, parseCoordinates, readSelection } from './read-selection.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const HOUR_MS = 3_600_000;

test('times are given as they are or as how long ago', () => {
  const selection = readSelection({ since: '2h', until: '2026-11-21T11:30:00+00:00' }, [], NOW);
  assert.equal(selection.sinceMs, NOW - 2 * HOUR_MS);
  assert.equal(selection.untilMs, NOW - HOUR_MS / 2);
});

test('every problem is told at once, with the option it is about', () => {
  assert.throws(
    () => readSelection({ since: 'yesterday', until: '7', topic: 'docket.nothing' }, ['a/b/c'], NOW),
    (error: Error) => {
      for (const part of [/--since: give a time/, /--until/, /no topic docket\.nothing/, /not a\/b\/c/])
        assert.match(error.message, part);
      return true;
    },
  );
});

test('coordinates are topic, partition and offset', () => {
  const at = { topic: 'docket.decisions.v1', partition: 3, offset: 120 };
  assert.deepEqual(parseCoordinates('docket.decisions.v1/3/120'), at);
  for (const text of ['docket.decisions.v1/3', 'docket.decisions.v1/-1/2', 'other/0/0', ''])
    assert.throws(() => parseCoordinates(text));
});

test('nothing that was typed stands in the statement: all of it is parameters', () => {
  const flags = {
    reason: "'; DROP TABLE quarantine --",
    tenant: 'acme',
    topic: 'docket.labels.v1',
    since: '1h',
  };
  const { where, parameters } = conditionOf(readSelection(flags, ['docket.labels.v1/0/5'], NOW));
  assert.doesNotMatch(where, /DROP|acme|docket/);
  assert.deepEqual(parameters, {
    topic: 'docket.labels.v1',
    reason: flags.reason,
    tenant: 'acme',
    sinceMs: NOW - HOUR_MS,
    t0: 'docket.labels.v1',
    p0: 0,
    o0: 5,
  });
});

test('without filters everything is selected, and the access log says so', () => {
  const selection = readSelection({}, [], NOW);
  assert.deepEqual(conditionOf(selection), { where: 'true', parameters: {} });
  assert.deepEqual(filtersOf(selection), {});
  assert.deepEqual(filtersOf(readSelection({ since: '1h' }, ['docket.labels.v1/0/5'], NOW)), {
    since: '2026-11-21T11:00:00.000Z',
    records: 'docket.labels.v1/0/5',
  });
});
