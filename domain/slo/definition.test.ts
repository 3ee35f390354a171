import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSloDefinitions } from './definition.ts';

const valid = {
  name: 'decision-latency',
  description: 'Decisions are quick.',
  service: '*',
  tenant: '*',
  indicator: { kind: 'decision-latency', thresholdMs: 50 },
  objective: 0.99,
  windowDays: 30,
  severity: 'page',
  alerting: 'burn-rate',
};

function problemsOf(...values: readonly unknown[]): readonly string[] {
  const parsed = parseSloDefinitions(values.map((value, index) => ({ file: `${index}.yaml`, value })));
  assert.ok('problems' in parsed, 'expected problems');
  return parsed.problems.map(({ file, path, message }) => `${file} ${path}: ${message}`);
}

test('a valid definition is taken as it is, with the optional flag filled in', () => {
  assert.deepEqual(parseSloDefinitions([{ file: 'a.yaml', value: valid }]), {
    slos: [{ ...valid, pageAtFourTimes: false }],
  });
});

for (const { why, change, path, says } of [
  {
    why: 'an objective of 100 %',
    change: { objective: 1 },
    path: 'objective',
    says: /leaves no error budget/,
  },
  { why: 'an objective of 0', change: { objective: 0 }, path: 'objective', says: /above 0/ },
  { why: 'an objective in percent', change: { objective: 99.9 }, path: 'objective', says: /below 1/ },
  { why: 'an objective that is text', change: { objective: '0.99' }, path: 'objective', says: /number/ },
  { why: 'an unreachable tier', change: { objective: 0.95 }, path: 'objective', says: /72 %.*ratio-bound/ },
  { why: 'a name that is not kebab-case', change: { name: 'Decision Latency' }, path: 'name', says: /kebab/ },
  { why: 'a tenant with a quote', change: { tenant: 'a"b' }, path: 'tenant', says: /"\*"/ },
  { why: 'an unknown indicator', change: { indicator: { kind: 'luck' } }, path: 'indicator.kind', says: /./ },
  {
    why: 'a missing threshold',
    change: { indicator: { kind: 'decision-latency' } },
    path: 'indicator.thresholdMs',
    says: /number/,
  },
  {
    why: 'a threshold where none belongs',
    change: { indicator: { kind: 'coverage', thresholdMs: 1 } },
    path: 'indicator',
    says: /thresholdMs/,
  },
  { why: 'another window', change: { windowDays: 7 }, path: 'windowDays', says: /must be 30/ },
  { why: 'an unknown field', change: { burn: true }, path: '', says: /burn/ },
  {
    why: 'paging at 4× on a ticket',
    change: { severity: 'ticket', pageAtFourTimes: true },
    path: 'pageAtFourTimes',
    says: /severity: page/,
  },
] as const) {
  test(`${why} is refused at \`${path}\`, saying what to do`, () => {
    const problems = problemsOf({ ...valid, ...change });
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.ok(problems[0]?.startsWith(`0.yaml ${path}: `), problems[0]);
    assert.match(problems[0] ?? '', says);
  });
}

test('a ratio bound allows an objective that no burn-rate tier could judge', () => {
  const value = { ...valid, objective: 0.95, alerting: 'ratio-bound' };
  assert.ok('slos' in parseSloDefinitions([{ file: 'a.yaml', value }]));
});

test('every problem of every file is told at once, also those across fields of a broken file', () => {
  const problems = problemsOf(valid, { ...valid, description: '', objective: 0.9 }, null, {
    ...valid,
    name: 'other',
    tenant: '',
  });
  assert.deepEqual(
    problems.map((problem) => problem.split(':')[0]),
    ['1.yaml description', '1.yaml objective', '1.yaml name', '2.yaml ', '3.yaml tenant'],
  );
  assert.match(problems[2] ?? '', /already used in 0\.yaml/);
});
