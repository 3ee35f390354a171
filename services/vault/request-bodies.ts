import { z } from 'zod';
import { fitsSafeGrammar } from '../../domain/contract/safe-grammar.ts';
import { parseUuid } from '../../domain/contract/uuid.ts';
import { isDay } from '../../domain/erasure/day-keys.ts';
import { normaliseSubject } from '../../domain/erasure/normalise-subject.ts';

/** Bodies of requests. Messages name what is wrong and never quote what was sent. */

const MAX_LEASE_ENTRIES = 5_000;
const MAX_OPENED_KEYS = 10_000;
const MAX_REASON_LENGTH = 1_000;
const MAX_RANGES = 10_000;

const code = z.string({ error: 'give a code' }).refine(fitsSafeGrammar, 'must be a code');
const tenant = code.refine((id) => id !== '', 'give the id of a tenant');
const subject = z.string({ error: 'give a subject' }).transform((text, context) => {
  const normalised = normaliseSubject(text);
  if (normalised !== null) return normalised;
  context.addIssue({ code: 'custom', message: 'must have 1 to 1024 characters beside space around it' });
  return z.NEVER;
});
const wholeNumber = z
  .number({ error: 'give a whole number' })
  .int('give a whole number')
  .nonnegative('give 0 or more');
const topic = z.string({ error: 'give a topic' }).regex(/^[\w.-]{1,249}$/, 'must be the name of a topic');
const day = z.string({ error: 'give a day' }).refine(isDay, 'give a day as 2026-11-21');
const purpose = z.enum(['erasable', 'quarantine'], { error: 'give erasable or quarantine' });
const reason = z.string({ error: 'give a reason' }).max(MAX_REASON_LENGTH, 'must be shorter');
const uuid = z.string({ error: 'give a UUID' }).transform((text, context) => {
  const bytes = parseUuid(text);
  if (bytes !== null) return bytes;
  context.addIssue({ code: 'custom', message: 'must be a UUID' });
  return z.NEVER;
});
const keyId = z
  .string({ error: 'give a key id' })
  .regex(/^[0-9a-f]{32}$/, 'must be 32 hexadecimal digits')
  .transform((hex) => Buffer.from(hex, 'hex'));

export const leaseBody = z
  .strictObject({
    subjects: z
      .array(z.strictObject({ tenant, subject, topic, partition: wholeNumber, offset: wholeNumber }))
      .default([]),
    days: z.array(z.strictObject({ tenant: z.union([tenant, z.literal('')]), day, purpose })).default([]),
  })
  .refine(
    ({ subjects, days }) => subjects.length + days.length <= MAX_LEASE_ENTRIES,
    `must ask for at most ${MAX_LEASE_ENTRIES} keys`,
  );

export const openBody = z.strictObject({
  tenant: z.union([tenant, z.literal('')]),
  key_ids: z.array(keyId).min(1, 'give at least one').max(MAX_OPENED_KEYS, 'give fewer at once'),
});

export const lookupBody = z.strictObject({ tenant, subject });

export const erasureBody = z.strictObject({ tenant, subject, reason: reason.default('') });

export const holdBody = z.strictObject({ tenant, subject: subject.nullable(), reason });

export const statementBody = z.strictObject({
  statement_id: uuid.optional(),
  kind: z.enum(['PRUNE', 'SCRUB'], { error: 'give PRUNE or SCRUB' }),
  tenant,
  about: uuid.nullable().default(null),
  ranges: z
    .array(
      z.strictObject({ topic, partition: wholeNumber, first_offset: wholeNumber, last_offset: wholeNumber }),
    )
    .max(MAX_RANGES, 'give fewer at once'),
  rows: wholeNumber,
  details: z.array(z.strictObject({ key: code, value: code })).max(100, 'give fewer'),
});

export const rotationBody = z.strictObject({ tenant });

export const destroyDaysBody = z.strictObject({
  tenant: z.union([tenant, z.literal('')]),
  purpose,
  before: day,
});

export type StatementBody = z.output<typeof statementBody>;

/** The body as it should be, or every problem with its path. */
export function readBody<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
): { readonly ok: true; readonly body: z.output<Schema> } | { readonly ok: false; readonly problem: string } {
  const parsed = schema.safeParse(body);
  if (parsed.success) return { ok: true, body: parsed.data };
  const told = parsed.error.issues.slice(0, 10).map((issue) => `${pathOf(issue.path)}: ${messageOf(issue)}`);
  return { ok: false, problem: told.join('; ') };
}

/** Names of keys that are not known are the sender's: they are not repeated. */
function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return 'has a key that does not belong there';
  return issue.code === 'invalid_union' ? 'is not of the form that is asked for' : issue.message;
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'body' : path.map(String).join('.');
}
