import { parseRuleset } from './parse-ruleset.ts';
import type { Ruleset } from './ruleset.ts';

/** The ruleset that a file holds, or every problem of it, a line each: what reading a settings file asks for. */
export function rulesetOrProblems(value: unknown): Ruleset | { readonly problems: readonly string[] } {
  const parsed = parseRuleset(value);
  if (parsed.ok) return parsed.ruleset;
  return { problems: parsed.problems.map(({ path, problem }) => `${path || 'the file'}: ${problem}`) };
}
