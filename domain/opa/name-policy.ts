import type { Decision } from '../contract/events.ts';
import { compareUtf8 } from '../contract/key-values.ts';
import { fitsSafeGrammar, toSafeGrammar } from '../contract/safe-grammar.ts';
import { fieldOf, type JsonObject, objectOf, textOf } from './read-json.ts';

/** A path names rules, but a query may reach into data: a segment that is no code is not carried over. */
const NO_CODE = '_';

/** The Data API path as a code: without slashes at its ends, `query` for ad-hoc Rego, `unknown` if there is neither. */
export function pathCode(event: JsonObject): string {
  const segments = textOf(event, 'path')
    .split('/')
    .filter((segment) => segment !== '');
  if (segments.length === 0) return textOf(event, 'query') === '' ? 'unknown' : 'query';
  const code = segments.map((segment) => (fitsSafeGrammar(segment) ? segment : NO_CODE)).join('/');
  return fitsSafeGrammar(code) ? code : toSafeGrammar(code);
}

/** Name and revision of every bundle, sorted by name. */
export function bundlesOf(
  event: JsonObject,
): readonly { readonly name: string; readonly revision: string }[] {
  const bundles = objectOf(fieldOf(event, 'bundles')) ?? {};
  return Object.keys(bundles)
    .sort(compareUtf8)
    .map((name) => ({ name: name.toWellFormed(), revision: textOf(objectOf(bundles[name]), 'revision') }));
}

/**
 * The policy is the bundle and its revision. With several bundles nothing says which of them decided: the policy is
 * then the path, its version all revisions; with none it is the path and the deprecated top-level revision.
 */
export function namePolicy(event: JsonObject): Decision['policy'] {
  const bundles = bundlesOf(event);
  const [only] = bundles;
  const isOne = bundles.length === 1 && only !== undefined && only.name !== '';
  const revision =
    bundles.length === 0 ? textOf(event, 'revision') : bundles.map((bundle) => bundle.revision).join('+');
  return {
    id: isOne ? toSafeGrammar(only.name) : pathCode(event),
    version: toSafeGrammar(revision),
    bundle_digest: null,
    signed: null,
  };
}
