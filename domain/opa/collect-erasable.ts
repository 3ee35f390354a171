import type { Erasable } from '../contract/events.ts';
import { fieldOf, type JsonObject } from './read-json.ts';

const INPUT_FIELDS = ['input', 'query', 'nd_builtin_cache', 'request_context'];
const OUTPUT_FIELDS = ['result', 'mapped_result', 'intermediate_results', 'custom'];

/**
 * What may be about people: everything that was asked and answered, and who asked, goes here and nowhere else. Input
 * and output are JSON objects of OPA's own fields, so that a result that is `null` and one that is absent differ.
 * Throws RangeError for JSON that is nested too deep to be written.
 */
export function collectErasable(event: JsonObject, salt: Uint8Array): Erasable | null {
  const input = pick(event, INPUT_FIELDS);
  const output = pick(event, OUTPUT_FIELDS);
  const asked = fieldOf(event, 'requested_by');
  const principal = typeof asked === 'string' && asked !== '' ? asked.toWellFormed() : null;
  if (input === null && output === null && principal === null) return null;
  return { salt, subjects: [], principal, input, output };
}

function pick(event: JsonObject, names: readonly string[]): string | null {
  const present = names.filter((name) => fieldOf(event, name) !== undefined);
  return present.length === 0
    ? null
    : JSON.stringify(Object.fromEntries(present.map((name) => [name, event[name]])));
}
