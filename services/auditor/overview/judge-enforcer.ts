import type { Status } from './judge-freshness.ts';
import type { EnforcerRow } from './overview-data.ts';

export interface EnforcerLine extends EnforcerRow {
  readonly status: Status;
  readonly ageMs: number;
  /** What its age means. */
  readonly note: string;
}

/** Heartbeats that may be missed before an enforcer counts as silent. */
const MISSED_HEARTBEATS = 3;

/**
 * Whether an enforcer is silent: three heartbeats are missed. One without heartbeats cannot be judged by its silence;
 * one with missing sequences lost decisions. `seenUntilMs`: up to where we can see at all.
 */
export function judgeEnforcer(row: EnforcerRow, nowMs: number, seenUntilMs: number | null): EnforcerLine {
  const ageMs = Math.max(0, nowMs - row.lastHeardMs);
  const line = { ...row, ageMs };
  if (row.heartbeatMs === null) {
    return { ...line, status: row.missing ? 'bad' : 'none', note: 'no heartbeat' };
  }
  const silentForMs = (seenUntilMs ?? row.lastHeardMs) - row.lastHeardMs;
  if (silentForMs > MISSED_HEARTBEATS * row.heartbeatMs) return { ...line, status: 'bad', note: 'silent' };
  return row.missing
    ? { ...line, status: 'bad', note: 'decisions missing' }
    : { ...line, status: 'good', note: 'reporting' };
}
