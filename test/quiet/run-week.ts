import { ALERTS } from '../../domain/slo/metric-names.ts';
import { createRandom } from '../support/random.ts';
import { CHUNK_MINUTES, evaluateChunks, type Firing, type Rules, screenChunks } from './evaluate-rules.ts';
import type { Fleet } from './fleet.ts';
import { DAY_MINUTES } from './simulate-day.ts';
import { type GaugeTable, simulateGauges } from './simulate-gauges.ts';

export interface WeekResult {
  readonly week: number;
  readonly pages: number;
  readonly tickets: number;
  /** How often each alert began to fire. */
  readonly alerts: Readonly<Record<string, number>>;
  readonly requests: number;
  /** Minutes in which the condition of an alert may have held, and those that were evaluated one by one. */
  readonly suspectMinutes: number;
  readonly evaluatedMinutes: number;
}

const WEEK_MINUTES = 7 * DAY_MINUTES;
/** Weeks follow each other from a Monday on, the first one after 30 days of history. */
const FIRST_MINUTE = 5 * WEEK_MINUTES;

/** One week of a fleet. Weeks may be run in any order: each gives the same figures whatever ran before. */
export function runWeek(fleet: Fleet, rules: Rules, week: number): Promise<WeekResult> {
  const fromMinute = FIRST_MINUTE + (week - 1) * WEEK_MINUTES;
  return runMinutes(fleet, rules, { week, fromMinute, minutes: WEEK_MINUTES });
}

/**
 * So many minutes (whole chunks) of a fleet. Every alert's condition is asked for at every minute; the rules themselves
 * are evaluated around those at which one held, and, so that this can be trusted, over a chunk that dice choose.
 */
export async function runMinutes(
  fleet: Fleet,
  rules: Rules,
  {
    week,
    fromMinute,
    minutes,
  }: { readonly week: number; readonly fromMinute: number; readonly minutes: number },
): Promise<WeekResult> {
  // A chunk before, so that what is pending or firing at the start is known; one minute, for chunks begin after it.
  const range = { fromMinute: fromMinute - CHUNK_MINUTES, minutes: minutes + CHUNK_MINUTES + 1 };
  const table = simulateGauges(fleet, range, readBy(rules));
  const suspects = await screenChunks(rules, table);
  const chunks = minutes / CHUNK_MINUTES;
  const drawn = (2 + Math.floor(createRandom(fleet.seed + week)() * chunks)) * CHUNK_MINUTES;
  const stretches = stretchesAround([...suspects.keys()], drawn, table);
  const firings: Firing[] = [];
  for (const { firstEnd, lastEnd } of stretches) {
    for (const [end, found] of await evaluateChunks(rules, table, firstEnd, lastEnd)) {
      mustBeSuspect(found, suspects, end);
      // What fires at the start belongs to the week before; the first week has none.
      if (end > CHUNK_MINUTES || week === 1) firings.push(...found);
    }
  }
  const evaluated = stretches.reduce((sum, { firstEnd, lastEnd }) => sum + lastEnd - firstEnd, 0);
  return {
    week,
    ...countAlerts(firings),
    requests: table.requests,
    suspectMinutes: suspects.size * CHUNK_MINUTES,
    evaluatedMinutes: evaluated + stretches.length * CHUNK_MINUTES,
  };
}

/** Gauges that a rule reads; the others would only take time. */
function readBy({ groups }: Rules): ReadonlySet<string> {
  return new Set(JSON.stringify(groups).match(/\bdocket_\w+/g));
}

// From a chunk before a suspect one, for what is pending for up to an hour, to one after, for what is kept firing.
function stretchesAround(suspects: readonly number[], drawn: number, { minutes }: GaugeTable) {
  const wanted = suspects.map((end) => ({
    firstEnd: Math.max(CHUNK_MINUTES, end - CHUNK_MINUTES),
    lastEnd: Math.min(minutes - 1, end + CHUNK_MINUTES),
  }));
  wanted.push({ firstEnd: drawn, lastEnd: drawn });
  const stretches: { firstEnd: number; lastEnd: number }[] = [];
  for (const { firstEnd, lastEnd } of wanted.sort((a, b) => a.firstEnd - b.firstEnd)) {
    const last = stretches.at(-1);
    if (last !== undefined && firstEnd <= last.lastEnd + CHUNK_MINUTES)
      last.lastEnd = Math.max(last.lastEnd, lastEnd);
    else stretches.push({ firstEnd, lastEnd });
  }
  return stretches;
}

/** Read what fires, not gauges. */
const WIDE: readonly string[] = [ALERTS.servicesFailing, ALERTS.tenantsFailing];

function mustBeSuspect(
  found: readonly Firing[],
  suspects: ReadonlyMap<number, readonly string[]>,
  end: number,
): void {
  // What begins to fire just after a chunk was pending at its end.
  const names = [end - CHUNK_MINUTES, end].flatMap((one) => suspects.get(one) ?? []);
  for (const { labels } of found) {
    const { alertname = '' } = labels;
    // They stand for pages of the same objective, whose own conditions must have been found.
    if (WIDE.includes(alertname)) continue;
    if (!names.includes(alertname)) throw new Error(`${alertname} fired where its condition was not found`);
  }
}

function countAlerts(firings: readonly Firing[]): Pick<WeekResult, 'pages' | 'tickets' | 'alerts'> {
  const alerts: Record<string, number> = {};
  const of = { page: 0, ticket: 0 };
  for (const { labels, starts } of firings) {
    const { severity = '', alertname = '', slo = '', window = '', service = '' } = labels;
    if (severity !== 'page' && severity !== 'ticket')
      throw new Error(`${alertname} has severity ${severity}`);
    of[severity] += starts;
    const name = [severity, alertname, slo, window, service].filter((part) => part !== '').join(' ');
    alerts[name] = (alerts[name] ?? 0) + starts;
  }
  return { pages: of.page, tickets: of.ticket, alerts };
}
