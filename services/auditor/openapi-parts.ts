import type { FilterKind, SearchSpec } from '../../domain/audit/search-filters.ts';

export const TEXT = { type: 'string' } as const;
export const HEX = { type: 'string', pattern: '^[0-9a-f]+$' } as const;
export const TIME = { type: 'string', format: 'date-time' } as const;
export const COORDINATES = {
  type: 'object',
  properties: { topic: TEXT, partition: { type: 'integer' }, offset: { type: 'integer' } },
  required: ['topic', 'partition', 'offset'],
};
export const ID = { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } };
export const NOT_ONE = {
  404: problem('Not recorded, or of another tenant.'),
  409: problem('Name the enforcer.'),
};

/** One page of a search. */
export function pageSchema(field: 'decisions' | 'accesses'): object {
  return {
    type: 'object',
    properties: {
      [field]: { type: 'array', items: { $ref: `#/components/schemas/${field}` } },
      next_cursor: { anyOf: [TEXT, { type: 'null' }] },
      from: TIME,
      to: TIME,
      watermark: { anyOf: [TIME, { type: 'null' }], description: 'Everything up to here is recorded.' },
      complete: { type: 'boolean', description: 'Whether the watermark has passed `to`.' },
    },
  };
}

/** The filters of a search, as parameters of a query. */
export function filterParameters(spec: SearchSpec): object[] {
  return Object.entries(spec.filters).map(([name, kind]) =>
    parameter(name, filterSchema(kind), 'Equal to this.'),
  );
}

/** What values a filter takes. */
export function filterSchema(kind: FilterKind): object {
  if (kind.kind === 'one-of') return { type: 'string', enum: kind.values };
  return kind.kind === 'hex' ? { type: 'string', pattern: `^[0-9a-fA-F]{${kind.bytes * 2}}$` } : TEXT;
}

/** One parameter of a query. */
export function parameter(name: string, schema: object, description: string): object {
  return { name, in: 'query', schema, description };
}

/** A value that may be null. */
export function orNull(schema: object): { readonly anyOf: readonly object[] } {
  return { anyOf: [schema, { type: 'null' }] };
}

function problem(description: string): object {
  return {
    description,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/problem' } } },
  };
}

/** The answers that every read has, with what 200 holds. */
export function responses(schema: object): Record<number, object> {
  return {
    200: { description: 'What was read', content: { 'application/json': { schema } } },
    400: problem('Parameters are wrong; the message lists every problem.'),
    401: problem('No token, or one that is not known.'),
    403: problem('The role or the tenant may not; the attempt is recorded.'),
    422: problem('The search takes too long; narrow it.'),
    429: problem('Too many reads at once.'),
    503: problem('The store or the vault does not answer, or the access could not be recorded.'),
  };
}
