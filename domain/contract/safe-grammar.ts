import { Buffer } from 'node:buffer';
import { seeKey } from '../final-gate/final-gate.ts';
import { holdsCredential } from '../redaction/holds-credential.ts';
import { createTextRedactor, type TextRedactor } from '../redaction/text-redactor.ts';

/**
 * The closed grammar of `safe` text: codes and ids, no prose. No space, no `@`, no quotes, no brackets, so that no
 * sentence, e-mail address, header or JSON passes. What it cannot refuse (a phone number that its sender calls a
 * service) is stated in docs/contract.md.
 */
const SAFE_TEXT = /^(?:[A-Za-z0-9_][A-Za-z0-9._:/~+-]{0,199})?$/;

/** Addresses with a password in them; keys and tokens are told by the rules of redaction, and by the final gate. */
const USER_AND_PASSWORD = /:\/\/[^/]*:[^/]*/;

/** Whether a value may stand in a `safe` text field. The empty string may: it means "none". */
export function fitsSafeGrammar(value: string): boolean {
  return (
    SAFE_TEXT.test(value) && !USER_AND_PASSWORD.test(value) && !holdsCredential(value) && !isSeenAsKey(value)
  );
}

/** A second judgement of the same thing, which shares no code with the first. */
function isSeenAsKey(code: string): boolean {
  const bytes = Buffer.from(code, 'latin1');
  return seeKey(bytes, 0, bytes.length) !== null;
}

const UNSAFE = 'unsafe';
/** Of a longer text only the first 200 signs could become a code. */
const MAX_LOOKED_THROUGH = 4096;
let redactor: TextRedactor | null = null;

/**
 * The nearest value that fits: what does not belong becomes `_`, and a value with personal data in it becomes
 * `unsafe`, for without its signs (`jane_example.com`) nobody would know it again. For gateways that translate foreign
 * codes.
 */
export function toSafeGrammar(value: string): string {
  if (fitsSafeGrammar(value)) return value;
  if (seemsPersonal(value.slice(0, MAX_LOOKED_THROUGH))) return UNSAFE;
  const cleaned = value.replace(/[^A-Za-z0-9._:/~+-]/g, '_').slice(0, 200);
  const started = /^[A-Za-z0-9_]/.test(cleaned) || cleaned === '' ? cleaned : `_${cleaned.slice(0, 199)}`;
  return fitsSafeGrammar(started) ? started : UNSAFE;
}

/**
 * Whether a text holds what the rules of redaction find: a code may fit the grammar and still be an address. For codes
 * that nobody has vouched for; too dear for every field.
 */
export function seemsPersonal(value: string): boolean {
  redactor ??= createTextRedactor();
  try {
    return redactor.detects(value);
  } catch {
    return true;
  }
}
