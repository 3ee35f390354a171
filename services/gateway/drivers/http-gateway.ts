import type { FastifyInstance } from '../../../platform/http/server.ts';
import type { EventLog } from '../ports.ts';
import { createSchemaAnswers } from '../schema-answers.ts';
import { addEventRoutes, type EventRoutesOptions } from './http-events.ts';
import { leaveBodiesUnread } from './http-intake.ts';
import { addOpaRoutes, type OpaRoutesOptions } from './http-opa.ts';
import { addSchemaRoutes } from './http-schemas.ts';
import type { GatewayMetrics } from './report-metrics.ts';

export interface GatewayRoutesOptions extends EventRoutesOptions, OpaRoutesOptions {
  readonly log: EventLog;
  readonly report: GatewayMetrics;
  readonly openApi: object;
}

/** How long requests that are under way may take when the gateway stops. */
const DRAIN_MS = 5_000;

/** Every route of the gateway, on a server that has none of them yet. */
export function addGatewayRoutes(server: FastifyInstance, options: GatewayRoutesOptions): void {
  leaveBodiesUnread(server);
  server.addHook('onResponse', async (request, reply) => {
    options.report.request(request.routeOptions.url ?? 'none', reply.statusCode);
  });
  server.addHook('preClose', () => options.budget.drained(DRAIN_MS));
  server.get('/readyz', async (_request, reply) => {
    const isReady = options.log.isReady();
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'no connection to Kafka' });
  });
  server.get('/openapi.json', async () => options.openApi);
  addOpaRoutes(server, options);
  addEventRoutes(server, options);
  addSchemaRoutes(server, createSchemaAnswers(options.registry));
}
