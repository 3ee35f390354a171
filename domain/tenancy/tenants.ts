import { createHash } from 'node:crypto';
import { z } from 'zod';
import { fitsSafeGrammar } from '../contract/safe-grammar.ts';

/** What the holder of a token may do; every service decides for itself what each role is allowed. */
const ROLES = ['enforcer', 'auditor', 'reviewer', 'sre'] as const;
export type Role = (typeof ROLES)[number];

/** Whom a bearer token stands for. */
export interface Identity {
  readonly tenantId: string;
  readonly role: Role;
  /** Id of the token's holder. */
  readonly subject: string;
}

export interface Tenants {
  readonly tenantIds: readonly string[];
  /** Whose token it is; null if nobody's. */
  authenticate(bearer: string): Identity | null;
}

export type ParsedTenants = { readonly tenants: Tenants } | { readonly problems: readonly string[] };

/** More than any token of ours; longer ones are not even hashed. */
const MAX_BEARER_LENGTH = 4096;
const CODE_RULE = 'letters, digits and . _ : / ~ + -, at most 200, starting with a letter, a digit or _';

const code = z
  .string({ error: `give an id of ${CODE_RULE}` })
  .refine((text) => text !== '' && fitsSafeGrammar(text), `must be an id of ${CODE_RULE}`);

const token = z.strictObject(
  {
    sha256: z
      .string({ error: 'give the SHA-256 of the token as 64 lower-case hexadecimal digits, in quotes' })
      .regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of the token: 64 lower-case hexadecimal digits'),
    role: z.enum(ROLES, { error: `must be one of ${ROLES.join(', ')}` }),
    subject: z.string({ error: 'give the id of the token’s holder' }).min(1, 'must not be empty'),
  },
  { error: 'must be an object of sha256, role and subject, and nothing else' },
);

const document = z.strictObject(
  {
    tenants: z
      .array(
        z.strictObject(
          { id: code, tokens: z.array(token, { error: 'must be a list of tokens' }) },
          { error: 'must be an object of id and tokens, and nothing else' },
        ),
        { error: 'must be a list of tenants' },
      )
      .min(1, 'must name at least one tenant'),
  },
  { error: 'the document must hold the key "tenants" and nothing else' },
);

/**
 * Reads a tenants document (already parsed from YAML): `tenants: [{ id, tokens: [{ sha256, role, subject }] }]`.
 * Tokens stand in it by their SHA-256 only, so that the file lets nobody in.
 * @returns the look-up, or every problem at once, each with its path and without a value.
 */
export function parseTenants(value: unknown): ParsedTenants {
  const parsed = document.safeParse(value);
  if (!parsed.success) {
    return { problems: parsed.error.issues.map((issue) => `${pathText(issue.path)}: ${issue.message}`) };
  }
  const problems: string[] = [];
  const tenantIds: string[] = [];
  const identities = new Map<string, Identity>();
  parsed.data.tenants.forEach(({ id, tokens }, at) => {
    if (tenantIds.includes(id)) problems.push(`tenants.${at}.id: stands twice; give each tenant once`);
    else tenantIds.push(id);
    tokens.forEach(({ sha256, role, subject }, index) => {
      if (identities.has(sha256)) {
        problems.push(`tenants.${at}.tokens.${index}.sha256: stands twice; a token has one holder`);
      }
      identities.set(sha256, { tenantId: id, role, subject });
    });
  });
  if (problems.length > 0) return { problems };
  return { tenants: { tenantIds, authenticate: (bearer) => find(identities, bearer) } };
}

/** The token is looked up by its digest: how long that takes says nothing about tokens that exist. */
function find(identities: ReadonlyMap<string, Identity>, bearer: string): Identity | null {
  if (bearer === '' || bearer.length > MAX_BEARER_LENGTH) return null;
  return identities.get(createHash('sha256').update(bearer, 'utf8').digest('hex')) ?? null;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'document' : path.map(String).join('.');
}
