import type { FastifyInstance, FastifyReply } from '../../../platform/http/server.ts';
import type { RegistryAnswer, SchemaAnswers } from '../schema-answers.ts';

const MEDIA_TYPE = 'application/vnd.schemaregistry.v1+json';

type Params<Names extends string> = { Params: Record<Names, string> };

/** The read paths of the Confluent Schema Registry, open to everyone: schemas are part of the release. */
export function addSchemaRoutes(server: FastifyInstance, answers: SchemaAnswers): void {
  server.get('/schemas/types', (_request, reply) => send(reply, answers.types()));
  server.get<Params<'id'>>('/schemas/ids/:id', ({ params }, reply) =>
    send(reply, answers.schemaById(params.id)),
  );
  server.get<Params<'id'>>('/schemas/ids/:id/versions', ({ params }, reply) =>
    send(reply, answers.versionsById(params.id)),
  );
  server.get('/subjects', (_request, reply) => send(reply, answers.subjects()));
  server.get<Params<'subject'>>('/subjects/:subject/versions', ({ params }, reply) =>
    send(reply, answers.versions(params.subject)),
  );
  server.get<Params<'subject' | 'version'>>('/subjects/:subject/versions/:version', ({ params }, reply) =>
    send(reply, answers.version(params.subject, params.version)),
  );
  const writes = [
    '/subjects/:subject',
    '/subjects/:subject/versions',
    '/compatibility/*',
    '/config',
    '/config/*',
  ];
  for (const url of writes) {
    server.route({
      method: ['POST', 'PUT', 'DELETE'],
      url,
      handler: (_request, reply) => send(reply, answers.refuseWrite()),
    });
  }
}

function send(reply: FastifyReply, { status, body }: RegistryAnswer): FastifyReply {
  return reply
    .code(status)
    .header('content-type', MEDIA_TYPE)
    .send(Buffer.from(JSON.stringify(body)));
}
