import { z } from 'zod';
import type { EventRoute } from './event-routes.ts';

const TEXT = { type: 'string' };
const PROBLEM = {
  type: 'object',
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: TEXT,
        message: TEXT,
        problems: {
          type: 'array',
          items: { type: 'object', required: ['path', 'message'], properties: { path: TEXT, message: TEXT } },
        },
        total: { type: 'integer', description: 'How many problems there are; at most 100 are listed.' },
      },
    },
  },
};

/** The description of what the gateway takes, generated from the schemas of the events. */
export function describeApi(routes: readonly EventRoute[]): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Docket gateway',
      version: '1',
      description: 'Takes events over HTTP. 2xx means durable in Kafka. Bodies may be gzip.',
    },
    security: [{ token: [] }],
    paths: {
      ...Object.fromEntries(routes.map((route) => [route.path, { post: describeRoute(route) }])),
      '/logs': { post: describeOpa([]) },
      '/logs/{partition}': {
        post: describeOpa([{ name: 'partition', in: 'path', required: true, schema: TEXT }]),
      },
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        problem: PROBLEM,
        ...Object.fromEntries(
          routes.map(({ subject, schema }) => {
            const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
            return [subject, json];
          }),
        ),
      },
    },
  };
}

function describeRoute({ subject, summary }: EventRoute): object {
  const event = { $ref: `#/components/schemas/${subject}` };
  const schema = { anyOf: [event, { type: 'array', items: event, maxItems: 10_000 }] };
  const accepted = { type: 'object', properties: { accepted: { type: 'integer' } } };
  return {
    summary,
    requestBody: { required: true, content: { 'application/json': { schema } } },
    responses: {
      202: content('All of them are durable.', accepted),
      400: problem('Not JSON, or not gzip where the header says so.'),
      403: problem('The role or the tenant may not.'),
      413: problem('Body or event too large; send less at once.'),
      415: problem('Not application/json.'),
      422: problem('Events are wrong; none is accepted, every problem is listed.'),
      ...SHARED_RESPONSES,
    },
  };
}

function describeOpa(parameters: readonly object[]): object {
  const counts = {
    type: 'object',
    properties: { accepted: { type: 'integer' }, rejected: { type: ['integer', 'null'] } },
  };
  return {
    summary: "A chunk of Open Policy Agent's decision log. Role: enforcer.",
    parameters,
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { type: 'array', items: { type: 'object' } } } },
    },
    responses: {
      200: content('Every event is durable, as a decision or as a recorded rejection.', counts),
      403: problem('The role may not.'),
      ...SHARED_RESPONSES,
    },
  };
}

const SHARED_RESPONSES = {
  401: problem('No token, or one that is not known.'),
  429: problem('Too much at once; come back after Retry-After.'),
  503: problem('The log does not take events; come back after Retry-After.'),
};

function problem(description: string): object {
  return content(description, { $ref: '#/components/schemas/problem' });
}

function content(description: string, schema: object): object {
  return { description, content: { 'application/json': { schema } } };
}
