import { z } from 'zod';

export interface QuarantineKey {
  /** 1 to 8 characters; stands in every box. */
  readonly id: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

export interface QuarantineKeys {
  /** The one that seals. */
  readonly active: QuarantineKey;
  /** Any of them opens what it sealed. */
  find(id: string): QuarantineKey | undefined;
}

const ID_FORM = 'give the key’s id, in quotes: 1 to 8 of a-z, 0-9 and -';
const KEY_FORM = 'give 32 bytes as 64 hexadecimal digits, in quotes';

const document = z.object(
  {
    keys: z
      .array(
        z.strictObject({
          id: z.string({ error: ID_FORM }).regex(/^[a-z0-9-]{1,8}$/, ID_FORM),
          key: z.string({ error: KEY_FORM }).regex(/^[0-9a-f]{64}$/, KEY_FORM),
          active: z.boolean({ error: 'give true or false' }).default(false),
        }),
        { error: 'give a list of keys' },
      )
      .superRefine((keys, context) => {
        const active = keys.filter((key) => key.active).length;
        if (active !== 1)
          context.addIssue({ code: 'custom', message: `one key must have active: true; ${active} have` });
        const ids = new Set(keys.map((key) => key.id));
        if (ids.size < keys.length) context.addIssue({ code: 'custom', message: 'an id stands twice' });
      }),
  },
  { error: 'start with a list called keys' },
);

/**
 * The keys of quarantined payloads, until there is a vault to keep them.
 * @returns the keys, or every problem of the document (never a key).
 */
export function parseQuarantineKeys(
  value: unknown,
): QuarantineKeys | { readonly problems: readonly string[] } {
  const parsed = document.safeParse(value);
  if (!parsed.success)
    return { problems: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) };
  const keys = parsed.data.keys.map(({ id, key }) => ({ id, key: Buffer.from(key, 'hex') }));
  const [active] = keys.filter((_, index) => parsed.data.keys[index]?.active);
  if (active === undefined) return { problems: ['keys: one key must have active: true'] };
  return { active, find: (id) => keys.find((key) => key.id === id) };
}
