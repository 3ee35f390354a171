import type { FastifyInstance } from '../../../platform/http/server.ts';
import type { AuditorMetrics } from './report-metrics.ts';

/** For every answer: nothing of it is kept by caches or handed to other sites; and it is counted. */
export function addSharedHooks(server: FastifyInstance, metrics: Pick<AuditorMetrics, 'request'>): void {
  server.addHook('onSend', async (_request, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
  });
  server.addHook('onResponse', async (request, reply) => {
    metrics.request(request.routeOptions.url ?? 'none', reply.statusCode);
  });
}
