import type { EvalDocument } from './document.ts';
import { findLostFacts, findRemains } from './find-remains.ts';

/** How many there were, and how many of them were found (or, of clean documents, changed). */
export interface Count {
  readonly all: number;
  readonly hit: number;
}

/** One miss or false positive to look at; everything in it is invented. */
export interface Example {
  readonly count: number;
  readonly text: string;
}

/** What came of a corpus; keys of the maps are made of parts with ` · ` between. */
export interface Score {
  /** Entity. */
  readonly recall: ReadonlyMap<string, Count>;
  /** Entity · locale. */
  readonly byLocale: ReadonlyMap<string, Count>;
  /** Evasion, and evasion · entity. */
  readonly evasions: ReadonlyMap<string, Count>;
  readonly byEvasion: ReadonlyMap<string, Count>;
  /** `hit` counts documents that did not come out as they went in. */
  readonly clean: Count;
  /** Fact, in all clean documents; `hit` counts those that did not come through. */
  readonly facts: ReadonlyMap<string, Count>;
  /** Evasion or `open` · entity · form. */
  readonly missesByForm: ReadonlyMap<string, Example>;
  /** Evasion or `open` · entity · carrier/template. */
  readonly missesByPlace: ReadonlyMap<string, Example>;
  /** Fact · carrier. */
  readonly falsePositives: ReadonlyMap<string, Example>;
  /** Documents that made the redactor throw: nothing of theirs would be stored. */
  readonly refused: number;
}

const SEPARATOR = ' · ';

/** Redacts every document and counts what is left. A redactor that throws lets nothing pass, and changes what is clean. */
export function scoreRedactor(documents: Iterable<EvalDocument>, redact: (text: string) => string): Score {
  const tally = new Tally();
  for (const document of documents) {
    const redacted = attempt(redact, document.text);
    if (redacted === undefined) tally.refused++;
    if (document.kind === 'clean') countClean(tally, document, redacted);
    else countPlanted(tally, document, redacted ?? '');
  }
  return tally;
}

class Tally implements Score {
  readonly recall = new Map<string, Count>();
  readonly byLocale = new Map<string, Count>();
  readonly evasions = new Map<string, Count>();
  readonly byEvasion = new Map<string, Count>();
  readonly facts = new Map<string, Count>();
  readonly missesByForm = new Map<string, Example>();
  readonly missesByPlace = new Map<string, Example>();
  readonly falsePositives = new Map<string, Example>();
  clean: Count = { all: 0, hit: 0 };
  refused = 0;
}

function countClean(
  tally: Tally,
  { text, facts, carrier }: EvalDocument,
  redacted: string | undefined,
): void {
  const isChanged = redacted !== text;
  tally.clean = { all: tally.clean.all + 1, hit: tally.clean.hit + (isChanged ? 1 : 0) };
  const lost = new Set(isChanged ? findLostFacts(facts, redacted ?? '') : []);
  for (const fact of facts) {
    add(tally.facts, [fact.form], lost.has(fact));
    if (lost.has(fact)) note(tally.falsePositives, [fact.form, carrier], fact.text);
  }
  if (isChanged && lost.size === 0) note(tally.falsePositives, ['around a fact', carrier], text);
}

function countPlanted(tally: Tally, document: EvalDocument, redacted: string): void {
  const remains = new Set(findRemains(document, redacted));
  for (const planted of document.planted) {
    const { entity, form, template, evasion, text } = planted;
    const isFound = !remains.has(planted);
    if (evasion === undefined) {
      add(tally.recall, [entity], isFound);
      add(tally.byLocale, [entity, document.locale], isFound);
    } else {
      add(tally.evasions, [evasion], isFound);
      add(tally.byEvasion, [evasion, entity], isFound);
    }
    if (isFound) continue;
    note(tally.missesByForm, [evasion ?? 'open', entity, form], text);
    note(tally.missesByPlace, [evasion ?? 'open', entity, `${document.carrier}/${template}`], text);
  }
}

function attempt(redact: (text: string) => string, text: string): string | undefined {
  try {
    return redact(text);
  } catch {
    return undefined;
  }
}

function add(counts: Map<string, Count>, parts: readonly string[], isHit: boolean): void {
  const key = parts.join(SEPARATOR);
  const { all, hit } = counts.get(key) ?? { all: 0, hit: 0 };
  counts.set(key, { all: all + 1, hit: hit + (isHit ? 1 : 0) });
}

function note(examples: Map<string, Example>, parts: readonly string[], text: string): void {
  const key = parts.join(SEPARATOR);
  const known = examples.get(key);
  examples.set(key, { count: (known?.count ?? 0) + 1, text: known?.text ?? text });
}
