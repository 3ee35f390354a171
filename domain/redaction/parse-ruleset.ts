import { judgeKeyPattern } from './compile-key-pattern.ts';
import { DEFAULT_RULESET } from './default-ruleset.ts';
import { isCardIssuer } from './find-cards.ts';
import type { KeyPattern } from './key-patterns.ts';
import type { Ruleset } from './ruleset.ts';
import { isPhoneRegion } from './validate-phone.ts';

/** One thing that is wrong with a ruleset: where, and what to do. Holds names of the file's keys, never a value. */
export interface RulesetProblem {
  readonly path: string;
  readonly problem: string;
}

export type ParsedRuleset =
  | { readonly ok: true; readonly ruleset: Ruleset }
  | { readonly ok: false; readonly problems: readonly RulesetProblem[] };

type Check = (value: unknown, path: string, problems: RulesetProblem[]) => void;

const MAX_ITEMS = 2_000;
const IBAN_COUNTRIES = new Set(DEFAULT_RULESET.detectors.iban.countries);
const NAME = /^[A-Za-z0-9][A-Za-z0-9 _.-]{0,63}$/;
const POINTER = /^(?:\/(?:[^~/]|~[01])*){1,32}$/;
const MIN_HINT_UNITS = 3;

/**
 * Reads what a configuration file holds (already made into an object). Gives back every problem at once; a ruleset
 * that has one must not be used.
 */
export function parseRuleset(data: unknown): ParsedRuleset {
  const problems: RulesetProblem[] = [];
  checkRuleset(data, '', problems);
  // Every field was looked at, none is missing and none is too many: the shape is that of a Ruleset.
  return problems.length === 0 ? { ok: true, ruleset: data as Ruleset } : { ok: false, problems };
}

/** The problems as lines for people. */
export function describeProblems(problems: readonly RulesetProblem[]): string {
  return problems.map(({ path, problem }) => `  ${path === '' ? '(the file)' : path}: ${problem}`).join('\n');
}

const enabled: Check = (value, path, problems) => {
  if (typeof value !== 'boolean') problems.push({ path, problem: 'must be true or false' });
};
const names = listOf(text(NAME, 'must be a name of letters, digits, spaces, dots, dashes or underscores'));
const masks = fields({
  pointers: listOf(text(POINTER, 'must be a JSON pointer such as /messages/-/content, with * for any key')),
  names,
});
const allow = fields({
  values: listOf(text(/^[^\n]{1,256}$/, 'must be one line of at most 256 characters')),
  mailHosts: listOf(text(/^(?:[a-z\d-]{1,63}\.)+[a-z\d-]{2,63}$/, 'must be a host name in small letters')),
});
const keys = listOf(checkKey);

const checkRuleset: Check = fields({
  version: (value, path, problems) => {
    if (value !== 1) problems.push({ path, problem: 'must be 1, the only version there is' });
  },
  detectors: fields({
    'private-key': fields({ enabled }),
    'url-credential': fields({ enabled }),
    'bearer-token': fields({ enabled }),
    jwt: fields({ enabled }),
    'api-key': fields({ enabled, keys }),
    'secret-assignment': fields({ enabled, names, words: names }),
    'secret-in-context': fields({ enabled }),
    iban: fields({
      enabled,
      countries: listOf(
        oneOf((code) => IBAN_COUNTRIES.has(code), 'must be two capitals of a country with IBANs'),
      ),
      validators: listOf(oneOf((name) => name === 'mod-97', 'must be mod-97')),
    }),
    card: fields({
      enabled,
      issuers: listOf(oneOf(isCardIssuer, 'must be first-last:lengths, such as 51-55:16 or 300-305:14,16')),
      validators: listOf(oneOf((name) => name === 'issuer' || name === 'luhn', 'must be issuer or luhn')),
    }),
    ssn: fields({ enabled }),
    email: fields({ enabled }),
    ip: fields({ enabled }),
    phone: fields({
      enabled,
      regions: listOf(oneOf(isPhoneRegion, 'must be two capitals of a region that has telephone numbers')),
    }),
  }),
  masks,
  allow,
  tenants: (value, path, problems) => {
    if (!isObject(value)) return void problems.push({ path, problem: 'must be a map of tenant ids' });
    for (const [tenant, additions] of Object.entries(value)) {
      const at = `${path}.${NAME.test(tenant) ? tenant : '(a tenant)'}`;
      if (!NAME.test(tenant)) problems.push({ path: at, problem: 'has an id that no tenant can have' });
      fields({ keys, masks, allow })(additions, at, problems);
    }
  },
});

/** A map with just these fields. */
function fields(checks: Readonly<Record<string, Check>>): Check {
  return (value, path, problems) => {
    if (!isObject(value)) return void problems.push({ path, problem: 'must be a map' });
    for (const [name, check] of Object.entries(checks)) {
      const at = path === '' ? name : `${path}.${name}`;
      if (Object.hasOwn(value, name)) check(value[name], at, problems);
      else
        problems.push({
          path: at,
          problem: 'is missing: write it, with an empty list where nothing is meant',
        });
    }
    for (const name of Object.keys(value)) {
      if (Object.hasOwn(checks, name)) continue;
      const at = NAME.test(name) ? name : '(an odd name)';
      problems.push({
        path: path === '' ? at : `${path}.${at}`,
        problem: 'is not known here: take it out or correct it',
      });
    }
  };
}

function listOf(check: Check): Check {
  return (value, path, problems) => {
    if (!Array.isArray(value)) return void problems.push({ path, problem: 'must be a list' });
    if (value.length > MAX_ITEMS)
      return void problems.push({ path, problem: `has more than ${MAX_ITEMS} entries` });
    value.forEach((item, index) => {
      check(item, `${path}[${index}]`, problems);
    });
  };
}

function text(pattern: RegExp, problem: string): Check {
  return oneOf((value) => pattern.test(value), problem);
}

function oneOf(isOne: (value: string) => boolean, problem: string): Check {
  return (value, path, problems) => {
    if (typeof value !== 'string' || !isOne(value)) problems.push({ path, problem });
  };
}

function checkKey(value: unknown, path: string, problems: RulesetProblem[]): void {
  fields({
    name: text(NAME, 'must be a name of letters, digits, spaces, dots, dashes or underscores'),
    hints: listOf(
      text(/^[\w.$/:~-]{2,40}$/, 'must be 2 to 40 letters, digits or signs that every such key holds'),
    ),
    pattern: (pattern, at, found) => {
      if (typeof pattern !== 'string') return void found.push({ path: at, problem: 'must be a pattern' });
      const problem = judgeKeyPattern(pattern);
      if (problem !== undefined) found.push({ path: at, problem: `${problem} (see docs/redaction.md)` });
    },
  })(value, path, problems);
  if (!isKey(value) || value.hints.length > 0 || isBuiltIn(value)) return;
  problems.push({
    path: `${path}.hints`,
    problem: `must name at least one literal of ${MIN_HINT_UNITS} or more characters`,
  });
}

/** Only the keys that come with Docket may have no hint: their gate knows them. */
function isBuiltIn(key: KeyPattern): boolean {
  return DEFAULT_RULESET.detectors['api-key'].keys.some(
    (known) => known.name === key.name && known.pattern === key.pattern,
  );
}

function isKey(value: unknown): value is KeyPattern {
  return isObject(value) && Array.isArray(value.hints) && typeof value.pattern === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
