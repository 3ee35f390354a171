import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { CountryCode } from 'libphonenumber-js/core';
import { unicodeClassDigest } from './char-class.ts';
import { cutSpans, joinSpans } from './cut-spans.ts';
import { BASE64_SOURCES } from './decode-base64.ts';
import { ESCAPE_SOURCES } from './decode-escapes.ts';
import { bearerTokenRule, secretAssignmentRule } from './find-announced-secrets.ts';
import { cardRule } from './find-cards.ts';
import { contextSecretRule } from './find-context-secrets.ts';
import { apiKeyRule, jwtRule, privateKeyRule, urlCredentialRule } from './find-credentials.ts';
import { emailRule } from './find-emails.ts';
import { ibanRule } from './find-ibans.ts';
import { findInLayers } from './find-in-layers.ts';
import { ipRule } from './find-ips.ts';
import { createPhoneRule, DEFAULT_PHONE_REGIONS } from './find-phones.ts';
import { ssnRule } from './find-ssns.ts';
import { foldingDigest } from './fold-text.ts';
import { BEARER_HINT, CREDENTIAL_HINT } from './gate-text.ts';
import { JOINED_SOURCES } from './read-joined.ts';
import { SPACED_SOURCES } from './read-spaced.ts';
import type { Rule, RuleId, Span } from './rule.ts';

/** Raised by hand whenever code changes what is found; patterns and tables change the digest by themselves. */
const ENGINE_VERSION = 2;
const MAX_TEXT_BYTES = 256 * 1024;
/** A cut can bring to light what the cut value hid; real texts need two passes, the last of which finds nothing. */
const MAX_PASSES = 8;

/** How often a rule cut something out of one text. */
interface Finding {
  readonly rule: RuleId;
  readonly count: number;
}

/** A text with its values replaced by markers; `findings` are sorted by rule id, empty for a clean text. */
interface RedactedText {
  readonly text: string;
  readonly findings: readonly Finding[];
}

const NOTHING: readonly Finding[] = [];

/** Finds and cuts personal data and secrets. Whatever it throws, the caller must quarantine, never pass. */
export interface TextRedactor {
  /** SHA-256 (hex) over rules, patterns, engine version, phone metadata and Unicode behaviour. */
  readonly digest: string;
  /** @throws {TextTooLong} above 256 KiB of UTF-8; {RedactionUnstable} when cutting never comes to an end */
  redact(text: string): RedactedText;
  /** True when `redact` would change the text. @throws {TextTooLong} above 256 KiB of UTF-8 */
  detects(text: string): boolean;
}

/** The text exceeds what the redactor reads: quarantine it. */
export class TextTooLong extends Error {
  override readonly name = 'TextTooLong';
}

/** Cutting uncovered new values pass after pass, as only text made for it can do: quarantine it. */
export class RedactionUnstable extends Error {
  override readonly name = 'RedactionUnstable';
}

/** Builds the redactor once per process. `phoneRegions`: whose national phone forms are recognised. */
export function createTextRedactor(
  options: { readonly phoneRegions?: readonly CountryCode[] } = {},
): TextRedactor {
  // From the strongest: where two rules overlap, the earlier one names the cut.
  const rules: readonly Rule[] = [
    privateKeyRule,
    urlCredentialRule,
    bearerTokenRule,
    jwtRule,
    apiKeyRule,
    secretAssignmentRule,
    contextSecretRule,
    ibanRule,
    cardRule,
    ssnRule,
    emailRule,
    ipRule,
    createPhoneRule(options.phoneRegions ?? DEFAULT_PHONE_REGIONS),
  ];
  let digest: string | undefined;
  return {
    get digest() {
      digest ??= digestRules(rules);
      return digest;
    },
    redact: (text) => redactText(text, rules),
    detects: (text) => findSpans(bounded(text), rules).length > 0,
  };
}

function redactText(text: string, rules: readonly Rule[]): RedactedText {
  let current = bounded(text);
  let spans = findSpans(current, rules);
  if (spans.length === 0) return { text, findings: NOTHING };
  const counts = new Map<RuleId, number>();
  for (let pass = 1; pass < MAX_PASSES; pass++) {
    for (const span of spans) {
      const id = ruleAt(rules, span.rank).id;
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    current = cutSpans(current, spans, (rank) => ruleAt(rules, rank).marker);
    spans = findSpans(current, rules);
    if (spans.length === 0) return { text: current, findings: toFindings(counts) };
  }
  throw new RedactionUnstable(
    `The text still holds values after ${MAX_PASSES} passes; quarantine the event.`,
  );
}

function findSpans(text: string, rules: readonly Rule[]): Span[] {
  return joinSpans(findInLayers(text, rules));
}

function ruleAt(rules: readonly Rule[], rank: number): Rule {
  const rule = rules[rank];
  if (rule === undefined) throw new RangeError(`No redaction rule has rank ${rank}.`);
  return rule;
}

function toFindings(counts: ReadonlyMap<RuleId, number>): Finding[] {
  return Array.from(counts, ([rule, count]) => ({ rule, count })).sort((a, b) => (a.rule < b.rule ? -1 : 1));
}

function bounded(text: string): string {
  if (
    text.length > MAX_TEXT_BYTES ||
    (text.length * 3 > MAX_TEXT_BYTES && Buffer.byteLength(text) > MAX_TEXT_BYTES)
  ) {
    throw new TextTooLong(`The text is longer than ${MAX_TEXT_BYTES} bytes; quarantine the event.`);
  }
  return text;
}

function digestRules(rules: readonly Rule[]): string {
  const hash = createHash('sha256');
  const parts = [
    `engine ${ENGINE_VERSION}`,
    foldingDigest(),
    unicodeClassDigest(),
    CREDENTIAL_HINT.source,
    BEARER_HINT.source,
    ...ESCAPE_SOURCES,
    ...BASE64_SOURCES,
    ...SPACED_SOURCES,
    ...JOINED_SOURCES,
  ];
  for (const rule of rules) parts.push(rule.id, rule.marker, String(rule.gate), ...rule.sources);
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part}`);
  return hash.digest('hex');
}
