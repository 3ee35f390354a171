import { Buffer } from 'node:buffer';
import { isWellFormed, textOf } from '../../../domain/columnar/wire-reader.ts';
import { createTextRedactor } from '../../../domain/redaction/text-redactor.ts';
import { PLAIN_PATTERNS } from '../naive-row.ts';
import type { Document } from './compose-documents.ts';

export const LOOP_LENGTH = PLAIN_PATTERNS.length;

export const redactor = createTextRedactor();

/** A way to redact a document; tells whether anything was cut out. */
type RedactionPath = (document: Document) => boolean;

/**
 * The recorder's own, as compile-cell.ts takes it: what the byte gate lets pass is never decoded, and what is cut
 * becomes bytes again.
 */
const docket: RedactionPath = ({ bytes }) => {
  if (redactor.isPlainText(bytes, 0, bytes.length)) return false;
  if (!isWellFormed(bytes, 0, bytes.length)) throw new Error('a document is not UTF-8');
  const text = textOf(bytes, 0, bytes.length);
  const redacted = redactor.redact(text);
  return redacted.text !== text && Buffer.from(redacted.text, 'utf8').length > 0;
};

/** Docket's redactor where the text is a string already, as in the sdk and the logger. */
const redactorAlone: RedactionPath = ({ text }) => redactor.redact(text).findings.length > 0;

/** What anyone writes first. It is given strings: decoding them would be its own price, and is not counted. */
const regexLoop: RedactionPath = ({ text }) => {
  let rest = text;
  for (const pattern of PLAIN_PATTERNS) rest = rest.replaceAll(pattern, '[redacted]');
  return rest !== text;
};

export const PATHS = { docket, redactor: redactorAlone, regex_loop: regexLoop } as const;
export type PathName = keyof typeof PATHS;
