import { composeCleanDocuments, composeDirtyDocuments, type Document } from './compose-documents.ts';

/** One document in so many of the overall mix is dirty. */
const DIRTY_ONE_IN = 20;

export const DIRTY_SHARE = 1 / DIRTY_ONE_IN;

/** So many documents of each mix. The overall one is made of the beginnings of the others, as they come in turn. */
export function composeMixes(seed: number, count: number) {
  const clean = composeCleanDocuments(seed, count);
  const dirty = composeDirtyDocuments(seed + 1, count);
  const overall = clean.map((document, index): Document => {
    const isDirty = index % DIRTY_ONE_IN === DIRTY_ONE_IN - 1;
    return isDirty ? (dirty[Math.floor(index / DIRTY_ONE_IN)] ?? document) : document;
  });
  return { clean, dirty, overall };
}

export type MixName = keyof ReturnType<typeof composeMixes>;
