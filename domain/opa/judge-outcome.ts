import type { Decision } from '../contract/events.ts';
import { fitsSafeGrammar } from '../contract/safe-grammar.ts';
import { fieldOf, type JsonObject, objectOf } from './read-json.ts';

export interface Judgement {
  readonly outcome: Decision['outcome'];
  /** OPA's own word, as a code. */
  readonly rawOutcome: string;
}

/** Words that policies answer with, in lower case. */
const OUTCOME_OF_WORD: ReadonlyMap<string, Decision['outcome']> = new Map([
  ...['allow', 'allowed', 'permit', 'permitted', 'pass', 'accept'].map((word) => [word, 'ALLOW'] as const),
  ...['deny', 'denied', 'block', 'blocked', 'forbid', 'reject'].map((word) => [word, 'DENY'] as const),
  ...['redact', 'mask'].map((word) => [word, 'REDACT'] as const),
  ...['transform', 'modify', 'rewrite'].map((word) => [word, 'TRANSFORM'] as const),
  ['warn', 'WARN'],
  ...['review', 'escalate'].map((word) => [word, 'REVIEW'] as const),
]);
const RULE_NAMES = ['allow', 'allowed', 'deny', 'decision'];

/**
 * What OPA decided, or why that cannot be told. An error is ERROR; a result that is not there is UNDEFINED, unless
 * OPA's mask took it away. A result is a boolean, or an object with `allow`, `allowed`, `deny` or `decision`; where
 * several of them stand, a denial wins. The value of a rule that is itself called so counts as that field, so that
 * `true` at `…/deny` is a denial.
 */
export function judgeOutcome(event: JsonObject): Judgement | 'outcome_erased' | 'outcome_not_recognized' {
  if ((fieldOf(event, 'error') ?? null) !== null) return { outcome: 'ERROR', rawOutcome: 'error' };
  const results = ['result', 'mapped_result'].filter((name) => Object.hasOwn(event, name));
  if (results.length === 0) {
    const erased = fieldOf(event, 'erased');
    return Array.isArray(erased) && erased.includes('/result')
      ? 'outcome_erased'
      : { outcome: 'UNDEFINED', rawOutcome: 'undefined' };
  }
  const path = fieldOf(event, 'path');
  const rule = typeof path === 'string' ? (path.split(/[/.]/).at(-1) ?? '') : '';
  for (const name of results) {
    const judgement = judgeResult(event[name], rule);
    if (judgement !== null) return judgement;
  }
  return 'outcome_not_recognized';
}

function judgeResult(result: unknown, rule: string): Judgement | null {
  const object = objectOf(result);
  const judged = object === null ? null : judgeFields(object);
  if (judged !== null) return judged;
  if (RULE_NAMES.includes(rule)) return judgeFields({ [rule]: result });
  return typeof result === 'boolean' ? judgeFields({ allow: result }) : null;
}

function judgeFields(fields: JsonObject): Judgement | null {
  const found = [
    ...['allow', 'allowed'].map((name) => judgeBoolean(fieldOf(fields, name), 'ALLOW', 'DENY')),
    judgeDenial(fieldOf(fields, 'deny')),
    judgeWord(fieldOf(fields, 'decision')),
  ].filter((judgement) => judgement !== null);
  return found.find(({ outcome }) => outcome === 'DENY') ?? found.at(-1) ?? null;
}

function judgeBoolean(
  value: unknown,
  whenTrue: Decision['outcome'],
  whenFalse: Decision['outcome'],
): Judgement | null {
  return typeof value === 'boolean'
    ? { outcome: value ? whenTrue : whenFalse, rawOutcome: String(value) }
    : null;
}

/** `deny` is a boolean, or the set of reasons that a policy collects: a denial unless it is empty. */
function judgeDenial(value: unknown): Judgement | null {
  if (typeof value !== 'object' || value === null) return judgeBoolean(value, 'DENY', 'ALLOW');
  const reasons = Object.keys(value).length;
  return reasons > 0 ? { outcome: 'DENY', rawOutcome: 'deny' } : { outcome: 'ALLOW', rawOutcome: 'no_deny' };
}

function judgeWord(value: unknown): Judgement | null {
  if (typeof value !== 'string') return judgeBoolean(value, 'ALLOW', 'DENY');
  const outcome = OUTCOME_OF_WORD.get(value.toLowerCase());
  return outcome === undefined || !fitsSafeGrammar(value) ? null : { outcome, rawOutcome: value };
}
