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
  const [recall, byLocale, evasions, byEvasion] = [0, 1, 2, 3].map(() => new Map<string, Count>()) as [
    Map<string, Count>,
    Map<string, Count>,
    Map<string, Count>,
    Map<string, Count>,
  ];
  const missesByForm = new Map<string, Example>();
  const missesByPlace = new Map<string, Example>();
  const falsePositives = new Map<string, Example>();
  let clean: Count = { all: 0, hit: 0 };
  let refused = 0;
  for (const document of documents) {
    const redacted = attempt(redact, document.text);
    if (redacted === undefined) refused++;
    const { kind, carrier, locale, text } = document;
    if (kind === 'clean') {
      const isChanged = redacted !== text;
      clean = { all: clean.all + 1, hit: clean.hit + (isChanged ? 1 : 0) };
      if (!isChanged) continue;
      const lost = findLostFacts(document.facts, redacted ?? '').map(
        ({ form, text: fact }) => [form, fact] as const,
      );
      for (const [form, example] of lost.length === 0 ? [['around a fact', text] as const] : lost)
        note(falsePositives, [form, carrier], example);
      continue;
    }
    const remains = new Set(findRemains(document, redacted ?? ''));
    for (const planted of document.planted) {
      const { entity, form, template, evasion } = planted;
      const isFound = !remains.has(planted);
      if (evasion === undefined) {
        add(recall, [entity], isFound);
        add(byLocale, [entity, locale], isFound);
      } else {
        add(evasions, [evasion], isFound);
        add(byEvasion, [evasion, entity], isFound);
      }
      if (isFound) continue;
      note(missesByForm, [evasion ?? 'open', entity, form], planted.text);
      note(missesByPlace, [evasion ?? 'open', entity, `${carrier}/${template}`], planted.text);
    }
  }
  return {
    recall,
    byLocale,
    evasions,
    byEvasion,
    clean,
    missesByForm,
    missesByPlace,
    falsePositives,
    refused,
  };
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
