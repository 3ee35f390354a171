import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findExecutable } from '../../stack/child-process.ts';
import { FAILURES, ON_A_BUSY_MACHINE } from '../drill/failures.ts';
import { isPassed, runDrill } from '../drill/run-drill.ts';

const isThere = (...names: string[]) => names.some((name) => findExecutable(name) !== null);
const skip =
  isThere('prometheus') && isThere('alertmanager', 'prometheus-alertmanager')
    ? false
    : 'Prometheus and Alertmanager are not installed (Debian: apt install prometheus prometheus-alertmanager)';

/** The quickest to be told and to be over; the first one goes on being dealt with while the others are acted out. */
const SHORT = ['F5', 'F3', 'F1'];

test('three failures are each told at the right webhook, lead to their decisions, and are over when their cause is', {
  skip,
  timeout: 900_000,
}, async (t) => {
  const failures = SHORT.flatMap((id) => FAILURES.find((failure) => failure.id === id) ?? []);
  const evidence: string[] = [];
  const options = { seed: 3, timescale: 60, rate: 100, quietMinutes: 1, mayTell: ON_A_BUSY_MACHINE };
  const result = await runDrill({ failures, ...options, progress: (line) => evidence.push(line) });
  t.diagnostic(JSON.stringify(result));
  assert.ok(isPassed(result), `${evidence.join('\n')}\n${JSON.stringify(result, null, 2)}`);
  assert.equal(result.failures.length, 3);
});
