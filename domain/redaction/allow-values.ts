import type { RuleId } from './rule.ts';
import type { AllowList } from './ruleset.ts';

/** Whether a value that a rule found may stay. */
export type IsAllowed = (rule: RuleId, value: string) => boolean;

/** Compiles allow lists that hold together; undefined when they hold nothing. */
export function compileAllowed(lists: readonly AllowList[]): IsAllowed | undefined {
  const values = new Set(lists.flatMap((list) => list.values.map((value) => value.toLowerCase())));
  const hosts = new Set(lists.flatMap((list) => list.mailHosts));
  if (values.size === 0 && hosts.size === 0) return undefined;
  return (rule, value) => {
    const plain = value.toLowerCase();
    return values.has(plain) || (rule === 'email' && hosts.has(plain.slice(plain.lastIndexOf('@') + 1)));
  };
}
