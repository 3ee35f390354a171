import { z } from 'zod';
import type { BudgetWindow, CalendarDate } from '../definition.ts';
import { hasOne, type Sheet } from './sheet.ts';

/** The store keeps counts long enough for these. */
const MAX_ROLLING_DAYS = 90;
const PATH = ['spec', 'timeWindow'] as const;
const ENTRY = [...PATH, 0] as const;

const windows = z.array(z.unknown()).refine(hasOne, 'must hold exactly one window: give one SLO for each');
const entry = z.strictObject({
  duration: z.string(),
  isRolling: z.boolean().optional(),
  calendar: z.unknown().optional(),
});
const calendarShape = z.strictObject({ startTime: z.string(), timeZone: z.string() });
const CALENDAR_UNITS = { '1w': 'week', '1M': 'month', '1Q': 'quarter' } as const;

/** The budget's window; undefined when something is wrong with it, which is noted. */
export function readWindow(sheet: Sheet): BudgetWindow | undefined {
  if (sheet.take(PATH, windows) === undefined) return undefined;
  const given = sheet.take(ENTRY, entry);
  if (given === undefined) return undefined;
  const isRolling = given.isRolling ?? given.calendar === undefined;
  if (isRolling && given.calendar !== undefined) {
    sheet.problem(
      [...ENTRY, 'calendar'],
      'contradicts `isRolling: true`: remove it, or say `isRolling: false`',
      'key',
    );
    return undefined;
  }
  return isRolling ? readRolling(sheet, given.duration) : readCalendar(sheet, given.duration);
}

function readRolling(sheet: Sheet, duration: string): BudgetWindow | undefined {
  const [, count, unit] = /^([1-9]\d{0,3})([dw])$/.exec(duration) ?? [];
  const days = Number(count) * (unit === 'w' ? 7 : 1);
  if (days <= MAX_ROLLING_DAYS) return { kind: 'rolling', days };
  const message = Object.hasOwn(CALENDAR_UNITS, duration)
    ? `contradicts a rolling window, as its length depends on the calendar: give days such as 30d, or \`isRolling: false\` and a calendar`
    : `is not computed: a rolling window has whole days or weeks up to ${MAX_ROLLING_DAYS} days, such as 30d or 4w`;
  sheet.problem([...ENTRY, 'duration'], message);
  return undefined;
}

function readCalendar(sheet: Sheet, duration: string): BudgetWindow | undefined {
  const unit = Object.entries(CALENDAR_UNITS).find(([known]) => known === duration)?.[1];
  if (unit === undefined) {
    const message = /^\d+[dh]$/.test(duration)
      ? 'contradicts `isRolling: false`: a calendar has 1w, 1M or 1Q; for days say `isRolling: true`'
      : 'is not computed: a calendar window is 1w, 1M or 1Q';
    sheet.problem([...ENTRY, 'duration'], message);
  }
  const path = [...ENTRY, 'calendar'];
  const calendar = sheet.take(path, calendarShape);
  if (calendar === undefined) return undefined;
  const startDate = readStart(sheet, [...path, 'startTime'], calendar.startTime, unit);
  const isZone = isTimeZone(calendar.timeZone);
  if (!isZone) {
    const message = 'is no time zone of the IANA database: give a name such as Europe/Berlin or UTC';
    sheet.problem([...path, 'timeZone'], message);
  }
  if (unit === undefined || startDate === undefined || !isZone) return undefined;
  return { kind: 'calendar', unit, timeZone: calendar.timeZone, startDate };
}

function readStart(
  sheet: Sheet,
  path: readonly PropertyKey[],
  text: string,
  unit: string | undefined,
): CalendarDate | undefined {
  const [, year, month, day, time] = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?$/.exec(text) ?? [];
  const date = { year: Number(year), month: Number(month), day: Number(day) };
  const check = new Date(Date.UTC(date.year, date.month - 1, date.day));
  if (check.getUTCMonth() !== date.month - 1 || check.getUTCDate() !== date.day) {
    sheet.problem(path, 'must be a date and time such as 2026-01-01 00:00:00, without a zone');
  } else if (time !== undefined && !/^00:00(:00)?$/.test(time)) {
    sheet.problem(path, 'is not computed: periods start at midnight; give 00:00:00');
  } else if (unit !== undefined && unit !== 'week' && date.day !== 1) {
    sheet.problem(path, `is not computed: a ${unit} starts on the first of a month`);
  } else return date;
  return undefined;
}

function isTimeZone(name: string): boolean {
  // Offsets such as +01:00 are accepted by Intl; they are no zone with a history.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
