import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { TokenMaker } from '../../domain/recording/redact-event.ts';

const KEY_BYTES = 32;
const TOKEN_BYTES = 16;

const KEY_FORM = `give ${KEY_BYTES} bytes as ${KEY_BYTES * 2} hexadecimal digits, in quotes`;

const document = z.object(
  {
    tenants: z.array(
      z.object({
        id: z.string({ error: 'give the tenant’s id' }).min(1, 'give the tenant’s id'),
        key: z.string({ error: KEY_FORM }).regex(/^[0-9a-f]{64}$/, KEY_FORM),
      }),
    ),
  },
  { error: 'start with a list called tenants' },
);

/**
 * A token maker with one configured key per tenant: the first 16 bytes of HMAC-SHA-256(key, field ‖ 00 ‖ value).
 * A vault takes its place once erasure is built.
 * @returns the maker, or every problem of the document (never a key).
 */
export function parseTokenKeys(
  value: unknown,
): { readonly make: TokenMaker } | { readonly problems: readonly string[] } {
  const parsed = document.safeParse(value);
  if (!parsed.success)
    return { problems: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) };
  const keys = new Map(parsed.data.tenants.map((tenant) => [tenant.id, Buffer.from(tenant.key, 'hex')]));
  return {
    make: (tenantId, field, text) => {
      const key = keys.get(tenantId);
      if (key === undefined) return null;
      return createHmac('sha256', key).update(`${field}\0${text}`).digest().subarray(0, TOKEN_BYTES);
    },
  };
}
