import { createHash } from 'node:crypto';
import { z } from 'zod';
import { fitsSafeGrammar } from '../../domain/contract/safe-grammar.ts';
import type { Client } from './ports.ts';

/** Whose token it is; null if nobody's. */
export type Authenticate = (bearer: string) => Client | null;

const MAX_BEARER_LENGTH = 4096;
export const CLIENT_ROLES = ['recorder', 'auditor', 'operator'] as const;

const document = z.strictObject(
  {
    clients: z
      .array(
        z.strictObject(
          {
            name: z
              .string({ error: 'give a name' })
              .refine(
                (name) => name !== '' && fitsSafeGrammar(name),
                'must be letters, digits and . _ : / ~ + -',
              ),
            role: z.enum(CLIENT_ROLES, { error: `must be one of ${CLIENT_ROLES.join(', ')}` }),
            sha256: z
              .string({
                error: 'give the SHA-256 of the token as 64 lower-case hexadecimal digits, in quotes',
              })
              .regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of the token: 64 lower-case hexadecimal digits'),
          },
          { error: 'must be an object of name, role and sha256, and nothing else' },
        ),
        { error: 'must be a list of clients' },
      )
      .min(1, 'must name at least one client'),
  },
  { error: 'the document must hold the key "clients" and nothing else' },
);

/**
 * Reads a clients document (already parsed from YAML): `clients: [{ name, role, sha256 }]`. Tokens stand in it by
 * their SHA-256 only. Gives every problem at once, each with its path and without a value.
 */
export function parseClients(
  value: unknown,
): { readonly authenticate: Authenticate } | { readonly problems: readonly string[] } {
  const parsed = document.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.map(String).join('.') || 'document'}: ${issue.message}`,
    );
    return { problems };
  }
  const clients = new Map<string, Client>();
  const problems: string[] = [];
  parsed.data.clients.forEach(({ name, role, sha256 }, at) => {
    if (clients.has(sha256)) problems.push(`clients.${at}.sha256: stands twice; a token has one holder`);
    clients.set(sha256, { name, role });
  });
  if (problems.length > 0) return { problems };
  return {
    authenticate: (bearer) =>
      bearer === '' || bearer.length > MAX_BEARER_LENGTH
        ? null
        : (clients.get(createHash('sha256').update(bearer, 'utf8').digest('hex')) ?? null),
  };
}
