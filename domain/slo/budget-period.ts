import type { BudgetWindow, CalendarDate, CalendarWindow } from './definition.ts';

/** What a budget is about, by decided time: from `fromMs` up to, not including, `toMs`. Unix milliseconds. */
export type BudgetPeriod = {
  readonly fromMs: number;
  readonly toMs: number;
  /**
   * From then on the figures of the period stand: what is appended later belongs to no period, and a correction says
   * otherwise. Null for a rolling window, which has no end.
   */
  readonly closesMs: number | null;
};

const DAY_MS = 86_400_000;
/** Late events are waited for so long after the end of a calendar period. */
const CLOSES_AFTER_MS = 2 * DAY_MS;
/** No zone is further from UTC. */
const MAX_OFFSET_MS = 15 * 3_600_000;
/** Scaled time is that of the clock here, and runs away from it: calendars stay within the years that there are. */
const SCALE_ANCHOR_MS = Date.UTC(2026, 0, 1);

/**
 * The period that the time just before `atMs` lies in, for minutes are closed up to their end. A rolling window ends
 * there. With a timescale the calendar runs that many times as fast as well: at 12 a day lasts two hours.
 */
export function budgetPeriod(window: BudgetWindow, atMs: number, timescale = 1): BudgetPeriod {
  if (window.kind === 'rolling') {
    return { fromMs: atMs - (window.days * DAY_MS) / timescale, toMs: atMs, closesMs: null };
  }
  const start = startOfPeriod(window, localDate(window.timeZone, toCalendarMs(atMs - 1, timescale)));
  return periodFrom(window, start, timescale);
}

/** The calendar period before the one that the time just before `atMs` lies in; null for a rolling window. */
export function previousPeriod(window: BudgetWindow, atMs: number, timescale = 1): BudgetPeriod | null {
  if (window.kind === 'rolling') return null;
  const start = startOfPeriod(window, localDate(window.timeZone, toCalendarMs(atMs - 1, timescale)));
  return periodFrom(window, shift(window, start, -1), timescale);
}

function periodFrom(window: CalendarWindow, start: CalendarDate, timescale: number): BudgetPeriod {
  const fromMs = startOfDate(window.timeZone, start);
  const toMs = startOfDate(window.timeZone, shift(window, start, 1));
  return {
    fromMs: fromCalendarMs(fromMs, timescale),
    toMs: fromCalendarMs(toMs, timescale),
    closesMs: fromCalendarMs(toMs + CLOSES_AFTER_MS, timescale),
  };
}

function startOfPeriod({ unit, startDate }: CalendarWindow, date: CalendarDate): CalendarDate {
  if (unit === 'week') return dateOfDay(dayOf(date) - modulo(dayOf(date) - dayOf(startDate), 7));
  if (unit === 'month') return { ...date, day: 1 };
  return normalise(date.year, date.month - modulo(date.month - startDate.month, 3));
}

function shift({ unit }: CalendarWindow, start: CalendarDate, periods: number): CalendarDate {
  if (unit === 'week') return dateOfDay(dayOf(start) + 7 * periods);
  return normalise(start.year, start.month + periods * (unit === 'month' ? 1 : 3));
}

/** First of a month whose number may be out of range. */
function normalise(year: number, month: number): CalendarDate {
  return { year: year + Math.floor((month - 1) / 12), month: modulo(month - 1, 12) + 1, day: 1 };
}

/** Days since 1970-01-01, by the date alone. */
function dayOf({ year, month, day }: CalendarDate): number {
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

function dateOfDay(day: number): CalendarDate {
  const date = new Date(day * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/**
 * The first moment at which it is this date, or a later one, in the zone. Midnight itself may not exist there (clocks
 * that go forward then), or exist twice; looking for the moment asks nothing of it.
 */
function startOfDate(timeZone: string, date: CalendarDate): number {
  const wanted = dayOf(date);
  const key = `${timeZone} ${wanted}`;
  const known = starts.get(key);
  if (known !== undefined) return known;
  let before = wanted * DAY_MS - MAX_OFFSET_MS;
  let reached = wanted * DAY_MS + MAX_OFFSET_MS;
  while (reached - before > 1) {
    const middle = Math.floor((before + reached) / 2);
    if (dayOf(localDate(timeZone, middle)) >= wanted) reached = middle;
    else before = middle;
  }
  if (starts.size >= MAX_KNOWN_STARTS) starts.clear();
  starts.set(key, reached);
  return reached;
}

// Asking a zone is slow, and every objective asks the same of it, every minute.
const starts = new Map<string, number>();
const MAX_KNOWN_STARTS = 1000;
const formats = new Map<string, Intl.DateTimeFormat>();

function localDate(timeZone: string, timeMs: number): CalendarDate {
  let format = formats.get(timeZone);
  if (format === undefined) {
    const numeric = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone, calendar: 'iso8601', ...numeric });
    formats.set(timeZone, format);
  }
  const date = { year: 0, month: 0, day: 0 };
  for (const { type, value } of format.formatToParts(timeMs)) {
    if (type === 'year' || type === 'month' || type === 'day') date[type] = Number(value);
  }
  return date;
}

function toCalendarMs(realMs: number, timescale: number): number {
  return Math.floor(SCALE_ANCHOR_MS + (realMs - SCALE_ANCHOR_MS) * timescale);
}

function fromCalendarMs(calendarMs: number, timescale: number): number {
  return SCALE_ANCHOR_MS + (calendarMs - SCALE_ANCHOR_MS) / timescale;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
