/** What a day's key is for: boxes of records without a subject, or payloads in quarantine. */
export type DayPurpose = 'erasable' | 'quarantine';

const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whether a text is a day of the calendar, as `2026-11-21`. */
export function isDay(text: string): boolean {
  const parsed = DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(parsed) && dayOf(parsed) === text;
}

/** The UTC day of a time in Unix milliseconds. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** The first day whose quarantine key still lives: what was quarantined at a day's start is then `days` old at most. */
export function firstLivingDay(nowMs: number, days: number): string {
  return dayOf(nowMs - (days - 1) * DAY_MS);
}
