import { Buffer, isUtf8 } from 'node:buffer';

/** As many units of either alphabet (RFC 4648) as eleven bytes make, or fewer that are filled up with `=`. */
const RUN = /[\w+/-]{15,}={0,2}|[\w+/-]{10,14}={1,2}/g;
const NEXT_LINE = /\r?\n([\w+/-]+={0,2})/y;
const MIN_UNITS = 15;
const WRAPPED_UNITS = 60;
const HEX_ONLY = /^(?:0x)?[\da-f-]+$/i;
const MIN_PRINTABLE = 0.9;
const MAX_NAME_UNITS = 80;
const MAX_NAMES = 6;

/** Everything that decides what is decoded, for the digest. */
export const BASE64_SOURCES: readonly string[] = [
  RUN.source,
  NEXT_LINE.source,
  HEX_ONLY.source,
  `${MIN_UNITS},${WRAPPED_UNITS},${MIN_PRINTABLE}`,
];

/** A run that can be read as text, and the text. */
export interface DecodedRun {
  readonly start: number;
  readonly end: number;
  readonly plain: string;
}

/** Calls `visit` with each run of base64 (or hexadecimal) that holds text; what is no printable UTF-8 is none. */
export function decodeRuns(text: string, visit: (run: DecodedRun) => void): void {
  let read = 0;
  for (const match of text.matchAll(RUN)) {
    if (match.index < read) continue;
    for (const plain of readings(match[0]))
      visit({ start: match.index, end: match.index + match[0].length, plain });
    const end = endOfLines(text, match.index + match[0].length, match[0].length);
    if (end === match.index + match[0].length) continue;
    const run = text.slice(match.index, end).replaceAll(/[\r\n]/g, '');
    for (const plain of readings(run)) visit({ start: match.index, end, plain });
    read = end;
  }
}

/** Mail wraps what it encodes: all lines but the last are full. */
function endOfLines(text: string, lineEnd: number, units: number): number {
  if (units < WRAPPED_UNITS) return lineEnd;
  NEXT_LINE.lastIndex = lineEnd;
  for (let line = NEXT_LINE.exec(text); line !== null; line = NEXT_LINE.exec(text)) {
    const length = line[1]?.length ?? 0;
    if (length > units) break;
    lineEnd += line[0].length;
    if (length < units) break;
    NEXT_LINE.lastIndex = lineEnd;
  }
  return lineEnd;
}

/** What the run may say: as it is, and without a name that stands in front of it (`data/…`, `key-…`). */
function* readings(run: string): Generator<string> {
  if (HEX_ONLY.test(run)) {
    const hex = run.startsWith('0x') ? run.slice(2) : run;
    const plain = hex.length % 2 === 0 && !hex.includes('-') ? printable(Buffer.from(hex, 'hex')) : undefined;
    if (plain !== undefined) yield plain;
    return;
  }
  for (const from of [0, ...namesInFront(run)]) {
    const plain = printable(Buffer.from(from === 0 ? run : run.slice(from), 'base64'));
    if (plain === undefined) continue;
    yield plain;
    return;
  }
}

/** Where the run may begin behind names and paths, the signs of which are signs of base64 as well. */
function namesInFront(run: string): number[] {
  return Array.from(run.slice(0, MAX_NAME_UNITS).matchAll(/[/_+-]/g), (match) => match.index + 1)
    .filter((from) => run.length - from >= MIN_UNITS)
    .slice(0, MAX_NAMES);
}

/** The first bytes tell most: what is not text is given up after a few of them. */
function printable(bytes: Buffer): string | undefined {
  const sample = Math.min(bytes.length, 16);
  let odd = 0;
  for (let at = 0; at < sample; at++) {
    const byte = bytes[at] as number;
    if ((byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13) || byte === 0x7f) odd++;
    if (odd > 1) return undefined;
  }
  // A last unit that was cut off leaves a broken character behind.
  const end = isUtf8(bytes) ? bytes.length : bytes.length - 1;
  if (end < 6 || !isUtf8(bytes.subarray(0, end))) return undefined;
  const plain = bytes.toString('utf8', 0, end);
  const signs = plain.replace(/[\p{L}\p{N}\p{P}\p{S}\p{Zs}\r\n\t]/gu, '').length;
  return signs <= plain.length * (1 - MIN_PRINTABLE) ? plain : undefined;
}
