import { renderTable } from '../../bench/render-table.ts';
import { ENTITIES, LOCALES } from './document.ts';
import { EVASIONS } from './evasions/evasions.ts';
import type { Count, Example, Score } from './score.ts';

const KINDS_SHOWN = 60;
const EXAMPLE_UNITS = 70;

/** The score as tables for people. */
export function renderScore(score: Score): string[] {
  const { clean, missesByForm, missesByPlace, falsePositives, refused } = score;
  return [
    '\nRecall of values in the open',
    renderTable(
      ['entity', 'values', 'found', ...LOCALES],
      ENTITIES.map((entity) => [
        entity,
        String(score.recall.get(entity)?.all ?? 0),
        percent(score.recall.get(entity)),
        ...LOCALES.map((locale) => percent(score.byLocale.get(`${entity} · ${locale}`))),
      ]),
    ),
    'Recall of disguised values',
    renderTable(
      ['evasion', 'values', 'found', ...ENTITIES],
      Object.keys(EVASIONS).map((evasion) => [
        evasion,
        String(score.evasions.get(evasion)?.all ?? 0),
        percent(score.evasions.get(evasion)),
        ...ENTITIES.map((entity) => percent(score.byEvasion.get(`${evasion} · ${entity}`))),
      ]),
    ),
    `Clean documents changed: ${clean.hit} of ${clean.all} (${Math.ceil((clean.hit / Math.max(1, clean.all)) * 100_000) / 1_000}%); texts refused: ${refused}\n`,
    ...renderKinds('What was missed, by kind of value', missesByForm),
    ...renderKinds('What was missed, by the template around it', missesByPlace),
    ...renderKinds('What was taken for a value, by kind and carrier', falsePositives),
  ];
}

function renderKinds(title: string, kinds: ReadonlyMap<string, Example>): string[] {
  if (kinds.size === 0) return [];
  const shown = [...kinds].sort(([, a], [, b]) => b.count - a.count).slice(0, KINDS_SHOWN);
  const rest = kinds.size - shown.length;
  return [
    title,
    renderTable(
      ['kind', 'times', ''],
      shown.map(([kind, { count, text }]) => [kind, String(count), shorten(text)]),
    ),
    ...(rest > 0 ? [`and ${rest} other kinds\n`] : []),
  ];
}

function shorten(text: string): string {
  const line = JSON.stringify(text).slice(1, -1);
  return line.length > EXAMPLE_UNITS ? `${line.slice(0, EXAMPLE_UNITS - 1)}…` : line;
}

/** Rounded down, so that only all is 100. */
function percent(count: Count | undefined): string {
  if (count === undefined) return '–';
  const share = Math.floor((count.hit / count.all) * 10_000) / 100;
  return `${share}%`;
}
