import { bearerTokenRule } from './find-announced-secrets.ts';
import { createApiKeyRule, jwtRule } from './find-credentials.ts';
import { DEFAULT_KEYS } from './key-patterns.ts';

/** Keys without a literal are as often ids; those have their place in codes. */
const KEYS = DEFAULT_KEYS.filter(({ hints }) => hints.length > 0);
/** The others need signs that no code may hold. */
const RULES = [createApiKeyRule(KEYS), jwtRule, bearerTokenRule];
const SHORTEST = 12;

/** Whether a code (see safe-grammar.ts) holds a key or a token: what fits a grammar of codes may still be one. */
export function holdsCredential(code: string): boolean {
  if (code.length < SHORTEST) return false;
  let found = false;
  for (const rule of RULES) {
    rule.find(
      code,
      () => {
        found = true;
      },
      () => [],
    );
    if (found) return true;
  }
  return false;
}
