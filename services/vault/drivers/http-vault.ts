import type { KeyObject } from 'node:crypto';
import type { SchemaRegistry } from '../../../domain/contract/registry.ts';
import type { FastifyInstance } from '../../../platform/http/server.ts';
import type { Authenticate } from '../clients.ts';
import { issueStatement } from '../issue-statement.ts';
import type { OpenVault } from '../open-vault.ts';
import type { BackUp, Signer, VaultStore } from '../ports.ts';
import { createRateLimit } from '../rate-limit.ts';
import type { RecordAccess } from '../record-access.ts';
import { addErasureRoutes } from './http-erasures.ts';
import { addKeyRoutes } from './http-keys.ts';
import { addOperationRoutes } from './http-operations.ts';
import type { VaultMetrics } from './report-metrics.ts';

export interface VaultRoutesOptions extends Pick<OpenVault, 'ring' | 'erasures' | 'lease' | 'sendAll'> {
  readonly authenticate: Authenticate;
  readonly store: VaultStore;
  readonly indexKey: KeyObject;
  readonly signer: Signer;
  readonly registry: SchemaRegistry;
  readonly metrics: VaultMetrics;
  readonly backUp: BackUp;
  readonly recordAccess: RecordAccess;
  readonly lookupsPerMinute: number;
  readonly leaseMs: number;
  readonly nowMs: () => number;
  readonly wake: () => void;
}

/** The vault's API v1. Answers are kept by nobody, and counted. */
export function addVaultRoutes(server: FastifyInstance, options: VaultRoutesOptions): void {
  server.addHook('onSend', async (_request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });
  server.addHook('onResponse', async (request, reply) => {
    options.metrics.request(request.routeOptions.url ?? 'none', reply.statusCode);
  });
  const mayLookUp = createRateLimit(options.lookupsPerMinute, options.nowMs);
  addKeyRoutes(server, { ...options, report: options.metrics, mayLookUp });
  addErasureRoutes(server, options);
  addOperationRoutes(server, { ...options, issue: (asked) => issueStatement(options, asked) });
}
