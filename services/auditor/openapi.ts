import { type JsonSchema, jsonSchemaOf } from '../../domain/audit/json-schema.ts';
import { DEFAULT_LIMIT, MAX_LIMIT, type SearchSpec } from '../../domain/audit/search-filters.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import { GO_LINK } from './go/parse-link.ts';
import {
  COORDINATES,
  filterParameters,
  HEX,
  ID,
  NOT_ONE,
  orNull,
  pageSchema,
  parameter,
  responses,
  TEXT,
  TIME,
} from './openapi-parts.ts';
import { erasablePath, subjectPath } from './openapi-people.ts';
import { ACCESS_SEARCH, DECISION_LOOKUP, DECISION_SEARCH } from './search-specs.ts';

const DUPLICATE = {
  type: 'object',
  properties: {
    coordinates: COORDINATES,
    append_time: TIME,
    duplicate_of: { type: 'integer' },
    content: { type: 'string', enum: ['SAME', 'CONFLICT'] },
  },
};

function goPath(): object {
  return {
    get: {
      summary:
        'The newest decisions behind an alert, by the parameters of its link. Roles: auditor, reviewer.',
      parameters: filterParameters(GO_LINK),
      responses: responses(pageSchema('decisions')),
    },
  };
}

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
      '/v1/go': goPath(),
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
