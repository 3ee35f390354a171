import { Buffer } from 'node:buffer';
import { CARRIERS, type Carrier } from './carriers.ts';
import { createDraw, type Draw } from './draw.ts';
import { PERSONAL_VALUES } from './personal-values.ts';

/** Bytes of UTF-8 of every document: what is called 1 KB. */
export const DOCUMENT_BYTES = 1024;
export const MAX_VALUES = 3;
const WORDS =
  'the rest of this is of no weight and only says again what was said before in other words '.repeat(8);

/** One text in both forms in which it can come. */
export interface Document {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Documents that hold nothing personal, the carriers in turn. The same seed makes the same documents. */
export function composeCleanDocuments(seed: number, count: number): Document[] {
  return compose(seed, count, () => []);
}

/** Documents that hold one to three values each, every kind as often as any other. */
export function composeDirtyDocuments(seed: number, count: number): Document[] {
  const kinds = Object.values(PERSONAL_VALUES);
  return compose(seed, count, (draw, { frames }) =>
    Array.from({ length: 1 + draw.below(MAX_VALUES) }, () => {
      const [before, behind] = draw.pick(frames);
      return before + draw.pick(draw.pick(kinds))(draw) + behind;
    }),
  );
}

function compose(
  seed: number,
  count: number,
  drawValues: (draw: Draw, carrier: Carrier) => string[],
): Document[] {
  const draw = createDraw(seed);
  const carriers = Object.values(CARRIERS);
  return Array.from({ length: count }, (_, index) => {
    const carrier = carriers[index % carriers.length] ?? draw.pick(carriers);
    // Decoded from bytes, so that the text is flat in memory and not a tree of its pieces.
    const bytes = Buffer.from(composeText(draw, carrier, drawValues(draw, carrier)), 'utf8');
    return { bytes, text: bytes.toString('utf8') };
  });
}

/** Whole pieces while they fit, the values among them, and words for what is missing. */
function composeText(draw: Draw, { pieces, separator, filling }: Carrier, values: readonly string[]): string {
  const parts: string[] = [...values];
  const sizeOf = (text: string) => Buffer.byteLength(text) + separator.length;
  let left = DOCUMENT_BYTES - filling.join('').length - values.reduce((sum, text) => sum + sizeOf(text), 0);
  for (;;) {
    const piece = draw.pick(pieces)(draw);
    if (sizeOf(piece) > left) break;
    left -= sizeOf(piece);
    parts.splice(draw.below(parts.length + 1), 0, piece);
  }
  parts.push(filling.join(WORDS.slice(0, left)));
  return parts.join(separator);
}
