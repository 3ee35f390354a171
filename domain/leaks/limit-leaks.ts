const MINUTE_MS = 60_000;
const MAX_TENANTS = 1_000;
const OTHERS = '';

/** Whether one more leak of a tenant may be told in this minute. */
export type LeakLimit = (tenantId: string, nowMs: number) => boolean;

/**
 * So many leaks of each tenant in a minute, and of all tenants beyond the thousandth together: whoever finds out how
 * to make leaks must not be able to fill a table, or to hold up others.
 */
export function createLeakLimit(perTenantMinute: number): LeakLimit {
  let minute = Number.NEGATIVE_INFINITY;
  const counts = new Map<string, number>();
  return (tenantId, nowMs) => {
    const current = Math.floor(nowMs / MINUTE_MS);
    if (current !== minute) {
      minute = current;
      counts.clear();
    }
    const key = counts.has(tenantId) || counts.size < MAX_TENANTS ? tenantId : OTHERS;
    const count = counts.get(key) ?? 0;
    if (count >= perTenantMinute) return false;
    counts.set(key, count + 1);
    return true;
  };
}
