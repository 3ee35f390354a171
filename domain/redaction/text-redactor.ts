import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { compileExcuses, type JudgeAgain } from '../final-gate/excuse-forms.ts';
import { compileAllowed, type IsAllowed } from './allow-values.ts';
import { unicodeClassDigest } from './char-class.ts';
import { createRules } from './create-rules.ts';
import { cutSpans, joinSpans } from './cut-spans.ts';
import { BASE64_SOURCES } from './decode-base64.ts';
import { ESCAPE_SOURCES } from './decode-escapes.ts';
import { DEFAULT_RULESET } from './default-ruleset.ts';
import { findInLayers, type Search } from './find-in-layers.ts';
import { foldingDigest } from './fold-code-point.ts';
import { type ByteGate, createGate } from './gate-bytes.ts';
import { HINTS } from './gate-text.ts';
import { ONE_VALUE_SOURCES } from './is-one-value.ts';
import { JOINED_SOURCES } from './read-joined.ts';
import { SPACED_SOURCES } from './read-spaced.ts';
import type { Rule, RuleId, Span } from './rule.ts';
import type { Ruleset } from './ruleset.ts';

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
  /** SHA-256 (hex) over the ruleset, rules, patterns, engine version, phone metadata and Unicode behaviour. */
  readonly digest: string;
  /** @throws {TextTooLong} above 256 KiB of UTF-8; {RedactionUnstable} when cutting never comes to an end */
  redact(text: string, tenantId?: string): RedactedText;
  /** True when `redact` would change the text. @throws {TextTooLong} above 256 KiB of UTF-8 */
  detects(text: string, tenantId?: string): boolean;
  /** Whether the bytes surely hold nothing that any tenant's rules find; false when that takes a closer look. */
  readonly isPlainText: ByteGate;
  /** What the ruleset lets pass on purpose, for the final gate; null when it lets nothing. */
  readonly judgeAgain: JudgeAgain | null;
}

/** The text exceeds what the redactor reads: quarantine it. */
export class TextTooLong extends Error {
  override readonly name = 'TextTooLong';
}

/** Cutting uncovered new values pass after pass, as only text made for it can do: quarantine it. */
export class RedactionUnstable extends Error {
  override readonly name = 'RedactionUnstable';
}

/** Rules and exceptions of one tenant, or of all that have no own ones. */
interface Compiled extends Search {
  readonly isAllowed: IsAllowed | undefined;
}

/** Builds the redactor once per process. Tenants that the ruleset names are looked through with their additions. */
export function createTextRedactor(ruleset: Ruleset = DEFAULT_RULESET): TextRedactor {
  const { gate, isPlainText } = createGate(ruleset);
  const common: Compiled = { gate, rules: createRules(ruleset), isAllowed: compileAllowed([ruleset.allow]) };
  const byTenant = new Map(
    Object.entries(ruleset.tenants).map(([tenant, { keys, allow }]): [string, Compiled] => [
      tenant,
      { gate, rules: createRules(ruleset, keys), isAllowed: compileAllowed([ruleset.allow, allow]) },
    ]),
  );
  const of = (tenantId?: string) => (tenantId === undefined ? undefined : byTenant.get(tenantId)) ?? common;
  let digest: string | undefined;
  return {
    get digest() {
      digest ??= digestRules(common.rules, ruleset);
      return digest;
    },
    redact: (text, tenantId) => redactText(text, of(tenantId)),
    detects: (text, tenantId) => findSpans(bounded(text), of(tenantId)).length > 0,
    isPlainText,
    judgeAgain: compileExcuses(ruleset),
  };
}

function redactText(text: string, compiled: Compiled): RedactedText {
  const { rules } = compiled;
  let current = bounded(text);
  let spans = findSpans(current, compiled);
  if (spans.length === 0) return { text, findings: NOTHING };
  const counts = new Map<RuleId, number>();
  for (let pass = 1; pass < MAX_PASSES; pass++) {
    for (const span of spans) {
      const id = ruleAt(rules, span.rank).id;
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    current = cutSpans(current, spans, (rank) => ruleAt(rules, rank).marker);
    spans = findSpans(current, compiled);
    if (spans.length === 0) return { text: current, findings: toFindings(counts) };
  }
  throw new RedactionUnstable(
    `The text still holds values after ${MAX_PASSES} passes; quarantine the event.`,
  );
}

function findSpans(text: string, compiled: Compiled): Span[] {
  const { rules, isAllowed } = compiled;
  const spans = joinSpans(findInLayers(text, compiled));
  if (isAllowed === undefined) return spans;
  return spans.filter(({ start, end, rank }) => !isAllowed(ruleAt(rules, rank).id, text.slice(start, end)));
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

function digestRules(rules: readonly Rule[], ruleset: Ruleset): string {
  const hash = createHash('sha256');
  const parts = [
    `engine ${ENGINE_VERSION}`,
    JSON.stringify(ruleset),
    foldingDigest(),
    unicodeClassDigest(),
    ...HINTS.map(({ word, bit }) => `${bit} ${word}`),
    ...ESCAPE_SOURCES,
    ...BASE64_SOURCES,
    ...SPACED_SOURCES,
    ...JOINED_SOURCES,
    ...ONE_VALUE_SOURCES,
  ];
  for (const rule of rules) parts.push(rule.id, rule.marker, String(rule.gate), ...rule.sources);
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part}`);
  return hash.digest('hex');
}
