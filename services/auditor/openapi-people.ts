import { DEFAULT_LIMIT, MAX_LIMIT } from '../../domain/audit/search-filters.ts';
import {
  COORDINATES,
  filterParameters,
  filterSchema,
  ID,
  NOT_ONE,
  orNull,
  pageSchema,
  responses,
  TEXT,
  TIME,
} from './openapi-parts.ts';
import { DECISION_LOOKUP, SUBJECT_SEARCH } from './search-specs.ts';

/** The search by subject. The subject stands in the body: URLs are kept by proxies and browsers. */
export function subjectPath(): object {
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

/** What a decision says of people. */
export function erasablePath(): object {
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
