import { Buffer } from 'node:buffer';
import { type GateRule, lookClosely, seeLeak } from './final-gate.ts';

interface Allowed {
  readonly values: readonly string[];
  readonly mailHosts: readonly string[];
}

/** What a ruleset says that the redactor lets pass on purpose. Any Ruleset is one. */
export interface Excuses {
  readonly detectors: Readonly<Record<ExcusedDetector, { readonly enabled: boolean }>>;
  readonly allow: Allowed;
  readonly tenants: Readonly<Record<string, { readonly allow: Allowed }>>;
}

type ExcusedDetector = 'api-key' | 'card' | 'email' | 'iban' | 'jwt' | 'private-key' | 'url-credential';

/** Judges a text again in which the gate saw something: what of it no ruleset excuses, or null. */
export type JudgeAgain = (text: string, tenantId?: string) => GateRule | null;

/**
 * The final gate's last word on bytes `start` … `end`: what it sees, unless the ruleset lets that pass on purpose.
 * @param tenantId asked for only where there is something to excuse
 */
export function seeUnexcused(
  bytes: Uint8Array,
  start: number,
  end: number,
  judgeAgain: JudgeAgain | null | undefined,
  tenantId?: string | (() => string),
): GateRule | null {
  const seen = seeLeak(bytes, start, end);
  if (seen === null || judgeAgain === null || judgeAgain === undefined) return seen;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
  return judgeAgain(text, typeof tenantId === 'function' ? tenantId() : tenantId);
}

const DETECTOR_OF: Readonly<Record<GateRule, ExcusedDetector>> = {
  'access-key': 'api-key',
  card: 'card',
  email: 'email',
  iban: 'iban',
  jwt: 'jwt',
  'private-key': 'private-key',
  'source-key': 'api-key',
  'url-password': 'url-credential',
};
/** Stands for what is allowed: nothing that the gate knows begins or ends beside it. */
const CUT = ' [ALLOWED] ';

/**
 * Compiles what is no mistake of the redactor's: detectors that are switched off, allowed values, and mail addresses of
 * allowed hosts. Null when nothing is, as nearly always.
 */
export function compileExcuses({ detectors, allow, tenants }: Excuses): JudgeAgain | null {
  const rules = Object.keys(DETECTOR_OF) as GateRule[];
  const passed = new Set(rules.filter((rule) => !detectors[DETECTOR_OF[rule]].enabled));
  const patterns = new Map(
    Object.entries(tenants).map(([tenant, own]) => [tenant, patternOf([allow, own.allow])] as const),
  );
  const common = patternOf([allow]);
  if (passed.size === 0 && common === null && [...patterns.values()].every((pattern) => pattern === null))
    return null;
  return (text, tenantId) => {
    const own = tenantId === undefined ? undefined : patterns.get(tenantId);
    const pattern = own === undefined ? common : own;
    const rest = Buffer.from(pattern === null ? text : text.replace(pattern, CUT), 'utf8');
    return lookClosely(rest, 0, rest.length, passed);
  };
}

/** Allowed values where no longer one begins or ends, and addresses of allowed hosts. Null for none. */
function patternOf(lists: readonly Allowed[]): RegExp | null {
  const values = lists.flatMap((list) => list.values).map(escapeForPattern);
  const hosts = lists.flatMap((list) => list.mailHosts).map(escapeForPattern);
  const parts = [
    ...values.map((value) => `(?<![A-Za-z0-9])${value}(?![A-Za-z0-9])`),
    ...hosts.map((host) => `[\\w.+%'-]{1,64}@${host}(?![A-Za-z0-9-]|\\.[A-Za-z0-9])`),
  ];
  return parts.length === 0 ? null : new RegExp(parts.join('|'), 'gi');
}

function escapeForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
