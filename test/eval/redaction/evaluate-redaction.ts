import { createTextRedactor } from '../../../domain/redaction/text-redactor.ts';
import type { EvalOptions } from '../evaluation.ts';
import { composeDocument } from './compose-document.ts';
import type { EvalDocument } from './document.ts';
import { renderScore } from './render-score.ts';
import { type Count, type Score, scoreRedactor } from './score.ts';

export const summary = 'what the redactor finds, and what it takes for something it is not';

/** Redacts a corpus that knows what it holds, with the rules as they are shipped. */
export function run({ seed, documents, say }: EvalOptions): object {
  say(`seed ${seed}, ${documents} documents: half in the open, a fifth disguised, the others clean`);
  const started = performance.now();
  const redactor = createTextRedactor();
  const score = scoreRedactor(compose(seed, documents), (text) => redactor.redact(text).text);
  for (const line of renderScore(score)) say(line);
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  say(`${seconds} s; values count as found when no six letters or digits of them in a row are left`);
  return { seed, documents, seconds, ...summarise(score) };
}

function* compose(seed: number, documents: number): Generator<EvalDocument> {
  for (let index = 0; index < documents; index++) yield composeDocument(seed, index);
}

function summarise({ recall, byLocale, evasions, clean, facts, refused }: Score): object {
  return {
    recall: shares(recall),
    false_positive_rate: rate(clean),
    evasion_recall: share(sum(evasions.values())),
    evasions: shares(evasions),
    recall_by_locale: shares(byLocale),
    clean_documents: clean.all,
    false_positives: clean.hit,
    false_positive_rate_by_fact: Object.fromEntries(
      [...facts].filter(([, { hit }]) => hit > 0).map(([fact, count]) => [fact, rate(count)]),
    ),
    refused,
  };
}

function shares(counts: ReadonlyMap<string, Count>): Record<string, number> {
  return Object.fromEntries(
    [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, count]) => [key, share(count)]),
  );
}

function sum(counts: Iterable<Count>): Count {
  let [all, hit] = [0, 0];
  for (const count of counts) [all, hit] = [all + count.all, hit + count.hit];
  return { all, hit };
}

/** Four places, rounded down: what is not all is never shown as all. Zero of nothing. */
function share({ all, hit }: Count): number {
  return all === 0 ? 0 : Math.floor((hit / all) * 10_000) / 10_000;
}

/** Six places, rounded up: what is not none is never shown as none. */
function rate({ all, hit }: Count): number {
  return all === 0 ? 0 : Math.ceil((hit / all) * 1_000_000) / 1_000_000;
}
