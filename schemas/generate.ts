import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { deriveRecordedSchema } from '../domain/contract/derive-recorded-schema.ts';
import { INPUTS } from '../domain/contract/inputs.ts';
import { renderEventTypes } from '../domain/contract/render-event-types.ts';

const SCHEMAS = new URL('./', import.meta.url);
const RELEASED = new URL('./released/', import.meta.url);
const EVENT_TYPES = new URL('../domain/contract/events.ts', import.meta.url);

export interface GeneratedFile {
  readonly url: URL;
  readonly text: string;
}

/** Everything that is derived from the event schemas: the recorded schemas and the TypeScript types. */
export function deriveFiles(): GeneratedFile[] {
  const texts = INPUTS.map((input) => ({ subject: input.subject, text: readSchemaText(input.subject) }));
  return [
    ...texts.map(({ subject, text }) => ({
      url: new URL(`recorded-${subject}.avsc`, SCHEMAS),
      text: deriveRecordedSchema(text),
    })),
    { url: EVENT_TYPES, text: renderEventTypes(texts.map(({ text }) => text)) },
  ];
}

/** The derived files whose text on disk is not what deriving gives. */
export function staleFiles(): GeneratedFile[] {
  return deriveFiles().filter((file) => readIfPresent(file.url) !== file.text);
}

/** Text of the working schema of a subject. Throws an Error that names the file if it cannot be read. */
export function readSchemaText(subject: string): string {
  return readFileSync(new URL(`${subject}.avsc`, SCHEMAS), 'utf8');
}

/** Subjects that have a working schema, sorted. */
export function workingSubjects(): string[] {
  return readdirSync(SCHEMAS)
    .filter((name) => name.endsWith('.avsc'))
    .map((name) => name.slice(0, -'.avsc'.length))
    .sort();
}

/**
 * Releases the working schema of a subject under the next id and version. A released file is never changed after.
 * @returns the new file's name, or null if the newest release already has these bytes.
 */
export function releaseSchema(subject: string): string | null {
  const text = readSchemaText(subject);
  const released = readdirSync(RELEASED).filter((name) => name.endsWith('.avsc'));
  const own = released.filter((name) => name.split('.')[1] === subject);
  const newest = own.sort((a, b) => versionIn(a) - versionIn(b)).at(-1);
  if (newest !== undefined && readFileSync(new URL(newest, RELEASED), 'utf8') === text) return null;
  const id = Math.max(0, ...released.map((name) => Number(name.slice(0, 4)))) + 1;
  const version = newest === undefined ? 1 : versionIn(newest) + 1;
  const name = `${String(id).padStart(4, '0')}.${subject}.v${version}.avsc`;
  writeFileSync(new URL(name, RELEASED), text, { flag: 'wx' });
  return name;
}

function versionIn(name: string): number {
  return Number(/\.v(\d+)\.avsc$/.exec(name)?.[1] ?? 0);
}

function readIfPresent(url: URL): string | null {
  try {
    return readFileSync(url, 'utf8');
  } catch {
    return null;
  }
}
