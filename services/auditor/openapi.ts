import { type JsonSchema, jsonSchemaOf } from '../../domain/audit/json-schema.ts';
import {
  DEFAULT_LIMIT,
  type FilterKind,
  MAX_LIMIT,
  type SearchSpec,
} from '../../domain/audit/search-filters.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import { ACCESS_SEARCH, DECISION_LOOKUP, DECISION_SEARCH, SUBJECT_SEARCH } from './search-specs.ts';

const TEXT = { type: 'string' } as const;
const HEX = { type: 'string', pattern: '^[0-9a-f]+$' } as const;
const TIME = { type: 'string', format: 'date-time' } as const;
const COORDINATES = {
  type: 'object',
  properties: { topic: TEXT, partition: { type: 'integer' }, offset: { type: 'integer' } },
  required: ['topic', 'partition', 'offset'],
};
const ID = { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } };
const NOT_ONE = { 404: problem('Not recorded, or of another tenant.'), 409: problem('Name the enforcer.') };
const DUPLICATE = {
  type: 'object',
  properties: {
    coordinates: COORDINATES,
    append_time: TIME,
    duplicate_of: { type: 'integer' },
    content: { type: 'string', enum: ['SAME', 'CONFLICT'] },
  },
};

/** The description of the query API, generated from the filters it takes and the schemas of what is recorded. */
export function describeApi(registry: SchemaRegistry): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Docket auditor',
      version: '1',
      description: 'Recorded decisions of one tenant. Every read is itself recorded before it is answered.',
    },
    security: [{ token: [] }],
    paths: {
      '/v1/decisions': searchPath(
        'decisions',
        DECISION_SEARCH,
        'Decisions, newest first. Roles: auditor, reviewer.',
      ),
      '/v1/decisions/search-by-subject': subjectPath(),
      '/v1/decisions/{id}': lookupPath(),
      '/v1/decisions/{id}/erasable': erasablePath(),
      '/v1/access-log': searchPath('accesses', ACCESS_SEARCH, 'Who read what, newest first. Role: auditor.'),
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        decisions: recordSchema(registry, 'decision', ['principal_token', 'subject_tokens']),
        labels: recordSchema(registry, 'label', ['reviewer_token']),
        accesses: recordSchema(registry, 'access', ['actor_token']),
        problem: {
          type: 'object',
          properties: { error: { type: 'object', properties: { code: TEXT, message: TEXT } } },
        },
      },
    },
  };
}

/** A record as it is answered: where it stands first, then the recorded fields, then what lies beside its leaf. */
function recordSchema(registry: SchemaRegistry, subject: string, tokens: readonly string[]): JsonSchema {
  const { type } = registry.newest(`recorded-${subject}`);
  const moved = ['topic', 'partition', 'offset', 'append_time'];
  const schema = jsonSchemaOf({
    ...type,
    fields: type.fields.filter((field) => !moved.includes(field.name)),
  });
  const beside = Object.fromEntries(
    tokens.map((name) => [name, name.endsWith('s') ? { type: 'array', items: HEX } : orNull(HEX)]),
  );
  const properties = schema.properties as JsonSchema;
  return {
    ...schema,
    properties: { coordinates: COORDINATES, append_time: TIME, ...properties, leaf_hash: HEX, ...beside },
  };
}

function searchPath(field: 'decisions' | 'accesses', spec: SearchSpec, summary: string): object {
  const common = [
    parameter('from', TIME, 'Append time, included. Default: one hour before `to`.'),
    parameter('to', TIME, 'Append time, excluded. Default: now.'),
    parameter(
      'limit',
      { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
      'Page size.',
    ),
    parameter('cursor', TEXT, '`next_cursor` of the page before; repeat the other filters.'),
  ];
  const page = pageSchema(field);
  return { get: { summary, parameters: [...common, ...filterParameters(spec)], responses: responses(page) } };
}

function pageSchema(field: 'decisions' | 'accesses'): object {
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

/** The subject stands in the body: URLs are kept by proxies and browsers. */
function subjectPath(): object {
  const filters = Object.fromEntries(
    Object.entries(SUBJECT_SEARCH.filters).map(([name, kind]) => [name, filterSchema(kind)]),
  );
  const limit = { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT };
  const properties = { subject: TEXT, from: TIME, to: TIME, limit, cursor: TEXT, ...filters };
  const schema = { type: 'object', properties, required: ['subject'], additionalProperties: false };
  const summary = 'Decisions about one person, newest first. Recorded without the person. Role: auditor.';
  return {
    post: {
      summary,
      requestBody: { required: true, content: { 'application/json': { schema } } },
      responses: responses(pageSchema('decisions')),
    },
  };
}

function erasablePath(): object {
  const state = { type: 'string', enum: ['OPEN', 'ERASED', 'NONE', 'BROKEN'] };
  const erasable = {
    type: 'object',
    properties: {
      subjects: { type: 'array', items: TEXT },
      ...{ principal: orNull(TEXT), input: orNull(TEXT), output: orNull(TEXT) },
    },
  };
  const found = {
    type: 'object',
    properties: {
      ...{ coordinates: COORDINATES, append_time: TIME, state },
      masked: { type: 'boolean', description: 'Whether parts of it were masked before it was stored.' },
      fits_commitment: {
        ...orNull({ type: 'boolean' }),
        description: 'Whether it is what the leaf commits to; null where that cannot be said.',
      },
      erasable: orNull(erasable),
    },
  };
  return {
    get: {
      summary: 'What one decision says of people, out of its box. Role: auditor.',
      parameters: [ID, ...filterParameters(DECISION_LOOKUP)],
      responses: { ...responses(found), ...NOT_ONE },
    },
  };
}

function lookupPath(): object {
  const found = {
    type: 'object',
    properties: {
      decision: { $ref: '#/components/schemas/decisions' },
      duplicates: { type: 'array', items: DUPLICATE },
      recorded_again: { type: 'array', items: { type: 'object', properties: { coordinates: COORDINATES } } },
      labels: { type: 'array', items: { $ref: '#/components/schemas/labels' } },
    },
  };
  const summary = 'One decision with its duplicates and labels. Roles: auditor, reviewer.';
  return {
    get: {
      summary,
      parameters: [ID, ...filterParameters(DECISION_LOOKUP)],
      responses: { ...responses(found), ...NOT_ONE },
    },
  };
}

function filterParameters(spec: SearchSpec): object[] {
  return Object.entries(spec.filters).map(([name, kind]) =>
    parameter(name, filterSchema(kind), 'Equal to this.'),
  );
}

function filterSchema(kind: FilterKind): object {
  if (kind.kind === 'one-of') return { type: 'string', enum: kind.values };
  return kind.kind === 'hex' ? { type: 'string', pattern: `^[0-9a-fA-F]{${kind.bytes * 2}}$` } : TEXT;
}

function parameter(name: string, schema: object, description: string): object {
  return { name, in: 'query', schema, description };
}

function orNull(schema: object): { readonly anyOf: readonly object[] } {
  return { anyOf: [schema, { type: 'null' }] };
}

function problem(description: string): object {
  return {
    description,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/problem' } } },
  };
}

function responses(schema: object): Record<number, object> {
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
