import { z } from 'zod';
import { toKeyValues } from './key-values.ts';
import { microsFromRfc3339 } from './rfc3339-micros.ts';
import { fitsSafeGrammar } from './safe-grammar.ts';
import { parseUuid } from './uuid.ts';

/** 2105-01-01T00:00:00Z; the recorder quarantines what is not before it. */
const END_OF_TIME_US = 4_260_211_200_000_000;
const MAX_TEXT_BYTES = 256 * 1024;
const CODE_RULE = 'a code: letters, digits and . _ : / ~ + -, at most 200, no credential';
const TIME_RULE =
  'an RFC 3339 time such as 2026-01-31T12:00:00.123456Z, or whole microseconds since 1970; before 2105';

/** Safe text; an identity is not empty. */
export function compileCode(isIdentity: boolean): z.ZodType {
  const rule = isIdentity ? `${CODE_RULE}, not empty` : CODE_RULE;
  return z
    .string({ error: wanted(rule) })
    .refine((text) => fitsSafeGrammar(text) && !(isIdentity && text === ''), `must be ${rule}`);
}

/** Text that UTF-8 can hold. */
export function compileWellFormed(): z.ZodType<string, string> {
  return z
    .string({ error: wanted('text') })
    .refine((text) => text.isWellFormed(), 'must be well-formed Unicode; a surrogate stands alone in it');
}

/** Text that is looked through for personal data, and so is bounded. */
export function compileText(): z.ZodType<string, string> {
  return compileWellFormed().refine(
    (text) => Buffer.byteLength(text) <= MAX_TEXT_BYTES,
    `must be at most ${MAX_TEXT_BYTES} bytes`,
  );
}

/** Key/value pairs as an object. Keys are part of what is sent: they are in no message and no path. */
export function compileKeyValues(): z.ZodType {
  const rule = `an object of text by key, each key ${CODE_RULE}, not empty, each text at most ${MAX_TEXT_BYTES} bytes`;
  const text = compileText();
  return z
    .unknown()
    .meta({ type: 'object', additionalProperties: { type: 'string' } })
    .transform((given, context) => {
      const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
      const entries = isObject ? Object.entries(given) : [['', null]];
      const good = entries.every(
        ([key, value]) => key !== '' && fitsSafeGrammar(String(key)) && text.safeParse(value).success,
      );
      if (!good) context.addIssue({ code: 'custom', message: `must be ${rule}` });
      return good ? toKeyValues(Object.fromEntries(entries) as Record<string, string>) : z.NEVER;
    });
}

/** 16 bytes as UUID text. */
export function compileUuid(): z.ZodType {
  const rule = 'a UUID such as 123e4567-e89b-42d3-a456-426614174000';
  return z.string({ error: wanted(rule) }).transform((text, context) => {
    const bytes = parseUuid(text);
    if (bytes === null) context.addIssue({ code: 'custom', message: `must be ${rule}` });
    return bytes ?? z.NEVER;
  });
}

/** Bytes as hexadecimal digits; `size` null: any number of them. */
export function compileHex(size: number | null): z.ZodType {
  const rule = size === null ? 'hexadecimal digits, two for each byte' : `${size * 2} hexadecimal digits`;
  const pattern = size === null ? /^(?:[0-9a-fA-F]{2})*$/ : new RegExp(`^[0-9a-fA-F]{${size * 2}}$`);
  return z
    .string({ error: wanted(rule) })
    .regex(pattern, { error: `must be ${rule}`, abort: true })
    .transform((text) => Buffer.from(text, 'hex'));
}

/** A whole number that is not negative: nothing that is counted or timed is. */
export function compileWhole(maximum: number): z.ZodType {
  const error = wanted(`a whole number from 0 to ${maximum}`);
  return z.number({ error }).int({ error, abort: true }).min(0, { error }).max(maximum, { error });
}

/** A time in microseconds, from RFC 3339 or as it is. */
export function compileTime(): z.ZodType {
  return z.union([z.string(), z.number()], { error: wanted(TIME_RULE) }).transform((given, context) => {
    const micros = typeof given === 'string' ? microsFromRfc3339(given) : given;
    const good = micros !== null && Number.isSafeInteger(micros) && micros >= 0 && micros < END_OF_TIME_US;
    if (!good) context.addIssue({ code: 'custom', message: `must be ${TIME_RULE}` });
    return good ? micros : z.NEVER;
  });
}

/** A message for a value that is missing or of another type. It says the rule and never the value. */
export function wanted(rule: string): (issue: { readonly input?: unknown }) => string {
  return (issue) => (issue.input === undefined ? `is missing: give ${rule}` : `must be ${rule}`);
}
