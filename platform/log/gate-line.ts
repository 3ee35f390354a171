import { hostname } from 'node:os';

/** What a logger asks of every text before it writes it. */
export interface LineGate {
  /** The text as it may be written, and the rules that found something; null when it may be written as it is. */
  readonly look: (text: string) => { readonly text: string; readonly rules: readonly string[] } | null;
  readonly found: (path: string, rule: string) => void;
}

/** Written in the place of a line that could not be looked through. */
const UNREADABLE = `${JSON.stringify({ level: 50, msg: '[BLANKED]' })}\n`;
/** An address that a service of ours listens at: no user, no path, so nothing of anybody's. */
const OWN_ADDRESS = /^https?:\/\/(?:\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::\d+)?$/;
const MAX_DEPTH = 16;

/**
 * One line of the log as it may be written: every text in it, and every name of a field, has passed the gate. It is
 * the whole line that is looked at, so that no serializer, child or formatter is a way around.
 */
export function gateLine(line: string, gate: LineGate, service: string): string {
  try {
    return `${JSON.stringify(gateValue(JSON.parse(line), '', gate, new Set([service, hostname()]), 0))}\n`;
  } catch {
    gate.found('', 'unreadable');
    return UNREADABLE;
  }
}

function gateValue(
  value: unknown,
  path: string,
  gate: LineGate,
  own: ReadonlySet<string>,
  depth: number,
): unknown {
  if (typeof value === 'string') {
    if (own.has(value) || (path === 'url' && OWN_ADDRESS.test(value))) return value;
    return gateText(value, path, gate);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) throw new RangeError('a line that is nested too deep');
  if (Array.isArray(value)) return value.map((item) => gateValue(item, path, gate, own, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const kept = gateText(name, path === '' ? 'key' : `${path}.key`, gate);
      return [kept, gateValue(item, path === '' ? kept : `${path}.${kept}`, gate, own, depth + 1)];
    }),
  );
}

function gateText(text: string, path: string, gate: LineGate): string {
  const seen = gate.look(text);
  if (seen === null) return text;
  for (const rule of seen.rules) gate.found(path, rule);
  return seen.text;
}
