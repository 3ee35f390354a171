import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prometheusDuration, WINDOW_MINUTES, WINDOW_NAMES, windowSeconds } from './windows.ts';

test('a window lasts what its name says', () => {
  for (const window of WINDOW_NAMES) {
    assert.equal(prometheusDuration(WINDOW_MINUTES[window] * 60), window);
  }
});

test('windows are listed shortest first', () => {
  const minutes = WINDOW_NAMES.map((window) => WINDOW_MINUTES[window]);
  assert.deepEqual(
    minutes,
    minutes.toSorted((a, b) => a - b),
  );
});

for (const { seconds, timescale, expected } of [
  { seconds: 300, timescale: 1, expected: '5m' },
  { seconds: 90, timescale: 1, expected: '90s' },
  { seconds: 300, timescale: 60, expected: '5s' },
  { seconds: 60, timescale: 120, expected: '500ms' },
  { seconds: 60, timescale: 7, expected: '8571ms' },
  { seconds: 60, timescale: 1e9, expected: '1ms' },
  { seconds: 259_200, timescale: 1, expected: '3d' },
]) {
  test(`${seconds} s at timescale ${timescale} are written ${expected}`, () => {
    assert.equal(prometheusDuration(seconds, timescale), expected);
  });
}

test('a timescale shortens a window', () => {
  assert.equal(windowSeconds('1h'), 3600);
  assert.equal(windowSeconds('1h', 60), 60);
});

for (const timescale of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
  test(`a timescale of ${timescale} is refused`, () => {
    assert.throws(() => prometheusDuration(60, timescale), RangeError);
  });
}
