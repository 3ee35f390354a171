import type { KeyValue } from '../contract/events.ts';
import { toKeyValues } from '../contract/key-values.ts';
import { fitsSafeGrammar, toSafeGrammar } from '../contract/safe-grammar.ts';
import { bundlesOf } from './name-policy.ts';
import { fieldOf, type JsonObject, textOf } from './read-json.ts';

/** OPA's own facts about a decision, as attributes. Values are text, so personal data in them is redacted later. */
export function collectAttributes(event: JsonObject, originalDecisionId: string | null): KeyValue[] {
  const bundles = bundlesOf(event).map(({ name, revision }) => `${name}=${revision}`);
  const requestNumber = fieldOf(event, 'req_id');
  const ruleLabels = fieldOf(event, 'rule_labels') ?? null;
  const found: Readonly<Record<string, string>> = {
    'opa.path': textOf(event, 'path'),
    'opa.revision': textOf(event, 'revision'),
    'opa.bundles': bundles.join(' '),
    'opa.decision_id': originalDecisionId ?? '',
    'opa.batch_decision_id': textOf(event, 'batch_decision_id'),
    'opa.req_id': typeof requestNumber === 'number' ? String(requestNumber) : '',
    'opa.erased': pointers(fieldOf(event, 'erased')),
    'opa.masked': pointers(fieldOf(event, 'masked')),
    'opa.rule_labels': ruleLabels === null ? '' : JSON.stringify(ruleLabels),
  };
  return toKeyValues(Object.fromEntries(Object.entries(found).filter(([, value]) => value !== '')));
}

/**
 * The operator's labels. A key that is no code becomes the nearest one; keys that become the same get a number, so
 * that no label is lost.
 */
export function collectLabels(labels: JsonObject | null): KeyValue[] {
  const entries: Record<string, string> = {};
  // Keys that are codes first: they keep their names whatever the others turn into.
  const keys = Object.keys(labels ?? {}).sort(
    (a, b) => Number(fitsSafeGrammar(b)) - Number(fitsSafeGrammar(a)),
  );
  for (const key of keys) {
    const base = toSafeGrammar(key) || '_';
    let name = base;
    for (let copy = 2; Object.hasOwn(entries, name); copy++) name = `${base.slice(0, 190)}~${copy}`;
    const value = labels?.[key];
    const text = typeof value === 'string' ? value.toWellFormed() : JSON.stringify(value);
    Object.defineProperty(entries, name, { value: text, enumerable: true });
  }
  return toKeyValues(entries);
}

/** JSON pointers; OPA may name one twice. */
function pointers(value: unknown): string {
  if (!Array.isArray(value)) return '';
  const texts = value.filter((item) => typeof item === 'string').map((item) => item.toWellFormed());
  return [...new Set(texts)].sort().join(' ');
}
