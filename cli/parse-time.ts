import { parseRfc3339 } from '../domain/audit/rfc3339.ts';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds since 1970 of a time as it was typed: RFC 3339, or how long ago. Throws an Error that says so. */
export function parseTime(option: string, text: string, nowMs: number): number {
  const ago = /^(\d{1,6})([smhd])$/.exec(text);
  if (ago !== null) return nowMs - Number(ago[1]) * (UNIT_MS[ago[2] ?? ''] ?? 0);
  const ms = parseRfc3339(text);
  if (ms !== null) return ms;
  throw new Error(`${option}: give a time such as 2026-01-31T12:00:00Z, or how long ago: 90s, 30m, 2h, 7d`);
}
