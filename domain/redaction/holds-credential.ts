import { bearerTokenRule } from './find-announced-secrets.ts';
import { apiKeyRule, jwtRule } from './find-credentials.ts';

/** The others need signs that no code may hold. */
const RULES = [apiKeyRule, jwtRule, bearerTokenRule];
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
