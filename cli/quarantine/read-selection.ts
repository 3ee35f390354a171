import { INPUTS } from '../../domain/contract/inputs.ts';
import { parseTime } from '../parse-time.ts';

export interface Coordinates {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Which quarantined records are meant. Null or empty: no condition. */
export interface Selection {
  readonly topic: string | null;
  readonly reason: string | null;
  readonly tenant: string | null;
  /** Append time, from and before; milliseconds since 1970. */
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  readonly coordinates: readonly Coordinates[];
}

export interface SelectionFlags {
  readonly topic?: string;
  readonly reason?: string;
  readonly tenant?: string;
  readonly since?: string;
  readonly until?: string;
}

const MAX_COORDINATES = 100;

/** Reads filters as they were typed. Throws an Error with every problem. */
export function readSelection(
  flags: SelectionFlags,
  coordinates: readonly string[],
  nowMs: number,
): Selection {
  const problems: string[] = [];
  const attempt = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      problems.push(error instanceof Error ? error.message : 'wrong');
      return null;
    }
  };
  const timeOf = (option: string, text: string | undefined) =>
    text === undefined ? null : attempt(() => parseTime(option, text, nowMs));
  const selection = {
    topic: flags.topic === undefined ? null : attempt(() => requireTopic(flags.topic ?? '')),
    reason: flags.reason ?? null,
    tenant: flags.tenant ?? null,
    sinceMs: timeOf('--since', flags.since),
    untilMs: timeOf('--until', flags.until),
    coordinates: coordinates.flatMap((text) => attempt(() => parseCoordinates(text)) ?? []),
  };
  if (coordinates.length > MAX_COORDINATES) problems.push(`give at most ${MAX_COORDINATES} coordinates`);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return selection;
}

/** `<topic>/<partition>/<offset>`. Throws an Error that says so. */
export function parseCoordinates(text: string): Coordinates {
  const match = /^([^/]+)\/(\d{1,9})\/(\d{1,15})$/.exec(text);
  if (match === null) throw new Error(`give coordinates as <topic>/<partition>/<offset>, not ${text}`);
  const [, topic = '', partition, offset] = match;
  return { topic: requireTopic(topic), partition: Number(partition), offset: Number(offset) };
}

/** What was searched for, as the access log keeps it. */
export function filtersOf(selection: Selection): Record<string, string> {
  const { topic, reason, tenant, sinceMs, untilMs, coordinates } = selection;
  const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const records = coordinates.map((at) => `${at.topic}/${at.partition}/${at.offset}`).join(' ') || null;
  const given = { topic, reason, tenant, since: time(sinceMs), until: time(untilMs), records };
  return Object.fromEntries(Object.entries(given).flatMap(([key, value]) => (value ? [[key, value]] : [])));
}

/** The selection as a condition of ClickHouse, with its parameters. */
export function conditionOf(selection: Selection): { where: string; parameters: Record<string, unknown> } {
  const { topic, reason, tenant, sinceMs, untilMs, coordinates } = selection;
  const parameters: Record<string, unknown> = { topic, reason, tenant, sinceMs, untilMs };
  const conditions = [
    topic === null ? '' : 'topic = {topic: String}',
    reason === null ? '' : 'reason = {reason: String}',
    tenant === null ? '' : 'tenant_id = {tenant: String}',
    sinceMs === null ? '' : 'append_time >= fromUnixTimestamp64Milli({sinceMs: Int64})',
    untilMs === null ? '' : 'append_time < fromUnixTimestamp64Milli({untilMs: Int64})',
  ].filter((condition) => condition !== '');
  const each = coordinates.map((at, index) => {
    parameters[`t${index}`] = at.topic;
    parameters[`p${index}`] = at.partition;
    parameters[`o${index}`] = at.offset;
    return `(topic = {t${index}: String} AND partition = {p${index}: Int32} AND offset = {o${index}: Int64})`;
  });
  if (each.length > 0) conditions.push(`(${each.join(' OR ')})`);
  const given = Object.entries(parameters).filter(([, value]) => value !== null);
  return { where: conditions.join(' AND ') || 'true', parameters: Object.fromEntries(given) };
}

function requireTopic(topic: string): string {
  if (INPUTS.some((input) => input.topic === topic)) return topic;
  throw new Error(
    `there is no topic ${topic}; the topics are ${INPUTS.map((input) => input.topic).join(', ')}`,
  );
}
