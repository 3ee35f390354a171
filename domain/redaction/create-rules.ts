import { bearerTokenRule, createSecretAssignmentRule } from './find-announced-secrets.ts';
import { createCardRule } from './find-cards.ts';
import { contextSecretRule } from './find-context-secrets.ts';
import {
  createAddedKeyRule,
  createApiKeyRule,
  jwtRule,
  privateKeyRule,
  urlCredentialRule,
} from './find-credentials.ts';
import { emailRule } from './find-emails.ts';
import { createIbanRule } from './find-ibans.ts';
import { ipRule } from './find-ips.ts';
import { createPhoneRule } from './find-phones.ts';
import { ssnRule } from './find-ssns.ts';
import { DEFAULT_KEYS, type KeyPattern } from './key-patterns.ts';
import type { Rule } from './rule.ts';
import type { Ruleset } from './ruleset.ts';

/** Compiles the rules that are switched on, from the strongest: where two overlap, the earlier one names the cut. */
export function createRules({ detectors }: Ruleset, added: readonly KeyPattern[] = []): readonly Rule[] {
  const { 'secret-assignment': secrets, iban, card, phone } = detectors;
  const { known, others } = partKeys([...detectors['api-key'].keys, ...added]);
  const rules: readonly Rule[] = [
    privateKeyRule,
    urlCredentialRule,
    bearerTokenRule,
    jwtRule,
    createApiKeyRule(known),
    ...(others.length > 0 ? [createAddedKeyRule(others)] : []),
    createSecretAssignmentRule(secrets),
    contextSecretRule,
    createIbanRule(iban.countries, iban.validators),
    createCardRule(card.issuers, card.validators),
    ssnRule,
    emailRule,
    ipRule,
    createPhoneRule(phone.regions),
  ];
  return rules.filter(({ id }) => detectors[id].enabled);
}

/** Keys whose beginnings the gates know, and those that a ruleset adds. */
export function partKeys(keys: readonly KeyPattern[]): {
  readonly known: readonly KeyPattern[];
  readonly others: readonly KeyPattern[];
} {
  const patterns = new Set(DEFAULT_KEYS.map(({ pattern }) => pattern));
  return {
    known: keys.filter(({ pattern }) => patterns.has(pattern)),
    others: keys.filter(({ pattern }) => !patterns.has(pattern)),
  };
}
