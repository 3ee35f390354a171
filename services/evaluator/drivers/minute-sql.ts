import { LATE_AFTER_MINUTES, type MinuteRange } from '../../../domain/rollup/append-minutes.ts';

/** Parameters that the expressions below take, beside those of a statement's own. */
export interface MinuteParameters extends Record<string, unknown> {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bucketMs: number;
  readonly lateMs: number;
}

export function minuteParameters(range: MinuteRange, bucketMs: number): MinuteParameters {
  return { ...range, bucketMs, lateMs: LATE_AFTER_MINUTES * bucketMs };
}

/** An expression of Unix milliseconds as a point in time. */
export function timeOf(millisecondsSql: string): string {
  return `fromUnixTimestamp64Milli(${millisecondsSql}, 'UTC')`;
}

/** Start of the minute that an expression of Unix milliseconds lies in, in milliseconds. */
export function minuteMsOf(millisecondsSql: string): string {
  return `intDiv(${millisecondsSql}, {bucketMs:Int64}) * {bucketMs:Int64}`;
}

/** Unix milliseconds of a time column. */
export function msOf(column: string): string {
  return `toUnixTimestamp64Milli(${column})`;
}

export const APPEND_MINUTE = timeOf(minuteMsOf(msOf('append_time')));

// Nothing can be decided after it was appended: where a clock is ahead, append time is the better answer.
export const DECIDED_MINUTE = timeOf(minuteMsOf(`least(${msOf('decided_at')}, ${msOf('append_time')})`));

export const IS_LATE = `${msOf('append_time')} - ${msOf('decided_at')} > {lateMs:Int64}`;

/** Appended within the range, its minutes counted `shiftMinutes` back. Constants only, so that parts are pruned. */
export function appendedInRange(shiftMinutes = 0): string {
  const shift = shiftMinutes === 0 ? '' : ` - ${shiftMinutes} * {bucketMs:Int64}`;
  return (
    `append_time >= ${timeOf(`{fromMs:Int64}${shift}`)} ` +
    `AND append_time < ${timeOf(`{toMs:Int64}${shift}`)}`
  );
}

/** Start of the minutes that lie at most so far before the end of the range. */
export function minutesBack(minutes: number): string {
  return timeOf(`{toMs:Int64} - ${minutes} * {bucketMs:Int64}`);
}

/** A time as ClickHouse reads it in a row of JSON. */
export function toClickHouseTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('T', ' ').replace('Z', '');
}
