import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { budgetPeriod, previousPeriod } from './budget-period.ts';
import type { CalendarWindow } from './definition.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NEW_YEAR = { year: 2026, month: 1, day: 1 };

function calendar(unit: CalendarWindow['unit'], timeZone: string, startDate = NEW_YEAR): CalendarWindow {
  return { kind: 'calendar', unit, timeZone, startDate };
}

for (const { what, window, at, from, to, hours } of [
  {
    what: 'February of a common year has 28 days',
    window: calendar('month', 'UTC'),
    at: '2026-02-14T12:00:00Z',
    from: '2026-02-01T00:00:00Z',
    to: '2026-03-01T00:00:00Z',
    hours: 28 * 24,
  },
  {
    what: 'February of a leap year has 29',
    window: calendar('month', 'UTC'),
    at: '2028-02-29T23:59:00Z',
    from: '2028-02-01T00:00:00Z',
    to: '2028-03-01T00:00:00Z',
    hours: 29 * 24,
  },
  {
    what: 'March in Berlin has an hour less, as clocks go forward',
    window: calendar('month', 'Europe/Berlin'),
    at: '2026-03-10T00:00:00Z',
    from: '2026-02-28T23:00:00Z',
    to: '2026-03-31T22:00:00Z',
    hours: 31 * 24 - 1,
  },
  {
    what: 'October in Berlin has an hour more',
    window: calendar('month', 'Europe/Berlin'),
    at: '2026-10-31T00:00:00Z',
    from: '2026-09-30T22:00:00Z',
    to: '2026-10-31T23:00:00Z',
    hours: 31 * 24 + 1,
  },
  {
    what: 'November in New York ends five hours after UTC’s, and has its repeated hour',
    window: calendar('month', 'America/New_York'),
    at: '2026-11-20T00:00:00Z',
    from: '2026-11-01T04:00:00Z',
    to: '2026-12-01T05:00:00Z',
    hours: 30 * 24 + 1,
  },
  {
    what: 'a month in Kolkata begins at half an hour',
    window: calendar('month', 'Asia/Kolkata'),
    at: '2026-05-31T18:29:59Z',
    from: '2026-04-30T18:30:00Z',
    to: '2026-05-31T18:30:00Z',
    hours: 31 * 24,
  },
  {
    what: 'a week begins on the weekday that its start names: here Monday',
    window: calendar('week', 'UTC', { year: 2026, month: 1, day: 5 }),
    at: '2026-11-21T12:00:00Z',
    from: '2026-11-16T00:00:00Z',
    to: '2026-11-23T00:00:00Z',
    hours: 168,
  },
  {
    what: 'a day whose midnight does not exist begins when it does: Cairo, 24 April 2026 at 01:00',
    window: calendar('week', 'Africa/Cairo', { year: 2026, month: 4, day: 24 }),
    at: '2026-04-25T00:00:00Z',
    from: '2026-04-23T22:00:00Z',
    to: '2026-04-30T21:00:00Z',
    hours: 167,
  },
  {
    what: 'a quarter of the calendar',
    window: calendar('quarter', 'UTC'),
    at: '2026-05-05T00:00:00Z',
    from: '2026-04-01T00:00:00Z',
    to: '2026-07-01T00:00:00Z',
    hours: 91 * 24,
  },
  {
    what: 'a quarter that begins in February reaches over the year',
    window: calendar('quarter', 'UTC', { year: 2026, month: 2, day: 1 }),
    at: '2027-01-05T00:00:00Z',
    from: '2026-11-01T00:00:00Z',
    to: '2027-02-01T00:00:00Z',
    hours: 92 * 24,
  },
]) {
  test(what, () => {
    const period = budgetPeriod(window, Date.parse(at));
    const iso = (ms: number | null) => new Date(ms ?? 0).toISOString().replace('.000', '');
    assert.deepEqual([iso(period.fromMs), iso(period.toMs)], [from, to]);
    assert.equal((period.toMs - period.fromMs) / HOUR, hours);
    assert.equal(period.closesMs, period.toMs + 2 * DAY);
  });
}

test('the minute that ends at midnight belongs to the month that ends there', () => {
  const december = Date.UTC(2026, 11, 1);
  assert.equal(budgetPeriod(calendar('month', 'UTC'), december).toMs, december);
  assert.equal(budgetPeriod(calendar('month', 'UTC'), december + 60_000).fromMs, december);
});

test('a rolling window ends where it is asked, and never closes', () => {
  const period = budgetPeriod({ kind: 'rolling', days: 28 }, 100 * DAY);
  assert.deepEqual(period, { fromMs: 72 * DAY, toMs: 100 * DAY, closesMs: null });
  assert.equal(previousPeriod({ kind: 'rolling', days: 28 }, 100 * DAY), null);
});

test('at a timescale of 12 a rolling day lasts two hours, and so does one of the calendar', () => {
  const at = Date.UTC(2026, 0, 3);
  assert.equal(budgetPeriod({ kind: 'rolling', days: 30 }, at, 12).fromMs, at - 60 * HOUR);
  const month = budgetPeriod(calendar('month', 'UTC'), at, 12);
  // 24 days have gone by: it is January still, of 31 days.
  assert.deepEqual([month.fromMs, month.toMs], [Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1) + 62 * HOUR]);
});

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Africa/Cairo',
  'Asia/Kolkata',
  'Pacific/Apia',
  'Australia/Lord_Howe',
];

test('periods leave no gap and do not overlap, in any zone, and each time lies in its own', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('week', 'month', 'quarter'),
      fc.constantFrom(...zones),
      fc.integer({ min: Date.UTC(2012, 0, 1), max: Date.UTC(2037, 0, 1) }),
      (unit, zone, at) => {
        const window = calendar(unit, zone);
        const period = budgetPeriod(window, at);
        assert.ok(period.fromMs < at && at <= period.toMs);
        assert.deepEqual(budgetPeriod(window, period.toMs), period);
        assert.equal(budgetPeriod(window, period.toMs + 1).fromMs, period.toMs);
        const before = previousPeriod(window, at);
        assert.deepEqual(before, budgetPeriod(window, period.fromMs));
        assert.equal(before?.toMs, period.fromMs);
      },
    ),
    { numRuns: 60 },
  );
});
