import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Slo } from '../../../domain/slo/definition.ts';
import { FAILURE_ALERTS } from '../../../domain/slo/failure-alerts.ts';
import { parseGoLink } from './parse-link.ts';

const LATENCY: Slo = {
  name: 'decision-latency',
  description: 'fast',
  service: '*',
  tenant: '*',
  indicator: { kind: 'decision-latency', thresholdMs: 50 },
  objective: 0.99,
  window: { kind: 'rolling', days: 30 },
  budgeting: 'occurrences',
  severity: 'page',
  pageAtFourTimes: false,
  alerting: 'burn-rate',
};
const parse = (given: Record<string, unknown>, timescale = 1) =>
  parseGoLink([LATENCY], given, { nowMs: 9_000_000_000, timescale });

test('the link of an SLO leads to what its indicator calls bad, in the three days up to its moment', () => {
  const parsed = parse({ slo: 'decision-latency', tenant: 'acme', at: '1000000' });
  assert.ok('link' in parsed);
  assert.deepEqual(parsed.link.cause, { kind: 'slow', thresholdUs: 50_000 });
  const { equals, fromMs, toMs } = parsed.link.search;
  assert.deepEqual([equals, fromMs, toMs], [{ tenant: 'acme' }, 1e9 - 3 * 86_400_000, 1e9]);
  const scaled = parse({ slo: 'decision-latency', at: '1000000' }, 60);
  assert.ok('link' in scaled && scaled.link.search.fromMs === 1e9 - (3 * 86_400_000) / 60);
});

test('every alert on a failure leads somewhere, with all labels that it has', () => {
  for (const { name, about: subject } of FAILURE_ALERTS) {
    const labels = Object.fromEntries(subject.map((label) => [label, `${label}-1`]));
    const parsed = parse({ alert: name, ...labels, at: '5' });
    assert.ok('link' in parsed, name);
    assert.equal(parsed.link.search.equals.policy_version, labels.version);
    assert.equal(parsed.link.search.equals.service, labels.service);
  }
});

test('what leads nowhere is refused, all at once and without its values', () => {
  for (const given of [
    {},
    { slo: 'unknown-slo' },
    { alert: 'DriftFound', at: 'now' },
    { alert: 'a', x: '1' },
  ]) {
    const parsed = parse(given);
    assert.ok('problems' in parsed, JSON.stringify(given));
    assert.doesNotMatch(JSON.stringify(parsed.problems), /unknown-slo|"now"/);
  }
});
