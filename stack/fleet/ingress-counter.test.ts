import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { IngressCounter } from './ingress-counter.ts';

test('an idle interval is reported too, and a request counts where it came in', () => {
  const counter = new IngressCounter(10, 100);
  counter.count();
  assert.deepEqual(counter.takeClosed(109), []);
  assert.deepEqual(counter.takeClosed(130), [
    { startMs: 100, endMs: 110, requests: 1 },
    { startMs: 110, endMs: 120, requests: 0 },
    { startMs: 120, endMs: 130, requests: 0 },
  ]);
  counter.count();
  assert.deepEqual(counter.takeRest(130), { startMs: 130, endMs: 131, requests: 1 });
});

test('every request is in exactly the interval that holds its time', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40), { maxLength: 60 }), (steps) => {
      const counter = new IngressCounter(10, 1_000);
      const times: number[] = [];
      const intervals = [];
      let nowMs = 1_000;
      for (const step of steps) {
        nowMs += step;
        intervals.push(...counter.takeClosed(nowMs));
        counter.count();
        times.push(nowMs);
      }
      intervals.push(...counter.takeClosed(nowMs), counter.takeRest(nowMs));
      for (const { startMs, endMs, requests } of intervals) {
        assert.equal(times.filter((time) => time >= startMs && time < endMs).length, requests);
      }
      assert.equal(
        intervals.reduce((sum, { requests }) => sum + requests, 0),
        times.length,
      );
    }),
  );
});

test('after a long sleep only the last idle intervals are reported', () => {
  const counter = new IngressCounter(10, 0);
  assert.equal(counter.takeClosed(1_000_000).length, 11);
});
