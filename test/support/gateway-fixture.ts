import { createHash, randomUUID } from 'node:crypto';
import { readFrame } from '../../domain/contract/wire.ts';
import { createLogGate } from '../../domain/leaks/log-gate.ts';
import { createTextRedactor } from '../../domain/redaction/text-redactor.ts';
import { parseTenants } from '../../domain/tenancy/tenants.ts';
import { createHttpServer, type FastifyInstance } from '../../platform/http/server.ts';
import { createLogger } from '../../platform/log/logger.ts';
import { createMetricsRegistry } from '../../platform/prometheus/metrics-registry.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { createByteBudget } from '../../services/gateway/byte-budget.ts';
import { addGatewayRoutes } from '../../services/gateway/drivers/http-gateway.ts';
import { createGatewayMetrics } from '../../services/gateway/drivers/report-metrics.ts';
import { compileEventRoutes } from '../../services/gateway/event-routes.ts';
import { describeApi } from '../../services/gateway/openapi.ts';
import { type EventLog, EventLogUnavailable, type OutgoingEvent } from '../../services/gateway/ports.ts';

export const GATEWAY_TOKENS = {
  enforcer: 'acme-enforcer-token',
  reviewer: 'acme-reviewer-token',
  sre: 'acme-sre-token',
} as const;

/** A tenants document for the tokens above, all of tenant `acme`. */
export function gatewayTenants(): { tenants: object[] } {
  const tokens = Object.entries(GATEWAY_TOKENS).map(([role, token]) => ({
    sha256: createHash('sha256').update(token).digest('hex'),
    role,
    subject: `${role}-1`,
  }));
  return { tenants: [{ id: 'acme', tokens }] };
}

export interface DecodedEvent {
  readonly subject: string;
  readonly fields: Record<string, unknown>;
}

export interface GatewayUnderTest {
  readonly server: FastifyInstance;
  /** What the log was handed and took, decoded, in order. */
  events(): DecodedEvent[];
  /** Every line that was logged. */
  logged(): string;
  metrics(): Promise<string>;
  /** What the log does from now on. */
  kafka: 'takes' | 'refuses' | 'hangs';
}

const registry = loadReleasedSchemas();

/** Decodes a record as the recorder would. Throws when it cannot be. */
export function decodeRecord(value: Buffer): DecodedEvent {
  const frame = readFrame(value, registry);
  if (!frame.ok) throw new Error(frame.fault);
  const decoded = frame.schema.decode(value, frame.bodyOffset);
  if (!decoded.ok) throw new Error(decoded.fault);
  return { subject: frame.schema.subject, fields: decoded.value };
}

/** The gateway's routes on a log in memory. */
export function createGatewayUnderTest(maxInFlightBytes = 1024 * 1024 * 64): GatewayUnderTest {
  const taken: OutgoingEvent[] = [];
  const lines: string[] = [];
  const tenants = parseTenants(gatewayTenants());
  if ('problems' in tenants) throw new Error(tenants.problems.join('\n'));
  const redactor = createTextRedactor();
  const logger = createLogger(
    'gateway',
    'trace',
    createLogGate(redactor, () => {}),
    {
      write: (line) => lines.push(line),
    },
  );
  const metrics = createMetricsRegistry();
  const budget = createByteBudget(maxInFlightBytes);
  const limits = { maxBodyBytes: 1024 * 1024 * 3, maxDecompressedBytes: 1024 * 1024 * 8 };
  const server = createHttpServer({ log: logger, metrics, maxBodyBytes: limits.maxBodyBytes });
  const gateway: GatewayUnderTest = {
    server,
    events: () => taken.map(({ value }) => decodeRecord(value)),
    logged: () => lines.join(''),
    metrics: () => metrics.metrics(),
    kafka: 'takes',
  };
  const log: EventLog = {
    append: async (events) => {
      if (events.length > 0 && gateway.kafka === 'hangs') await new Promise(() => {});
      if (events.length > 0 && gateway.kafka === 'refuses') throw new EventLogUnavailable();
      taken.push(...events);
    },
    isReady: () => gateway.kafka === 'takes',
  };
  const routes = compileEventRoutes(registry);
  addGatewayRoutes(server, {
    authenticate: tenants.tenants.authenticate,
    budget,
    limits,
    registry,
    routes,
    log,
    report: createGatewayMetrics(metrics, logger, budget.bytesInFlight),
    redaction: { redactor },
    gatewayId: 'gateway-test',
    nowMs: () => 1_772_600_767_000,
    openApi: describeApi(routes),
  });
  return gateway;
}

/** The least that `POST /v1/decisions` takes. */
export function minimalDecision(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    decision_id: randomUUID(),
    enforcer: { id: 'guard-1' },
    enforcement_point: 'APPLICATION',
    service: 'checkout',
    action: 'model.invoke',
    policy: { id: 'content-safety', version: '12' },
    outcome: 'DENY',
    decided_at: '2026-03-04T05:06:07.123456Z',
    latency_us: 4200,
    ...changes,
  };
}

/** An event as OPA's decision log sends it. */
export function opaEvent(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    labels: { id: 'opa-7', version: '1.4.2', service: 'checkout' },
    decision_id: randomUUID(),
    bundles: { authz: { revision: 'r1' } },
    path: 'http/authz/allow',
    input: { user: 'jane@example.com' },
    result: true,
    requested_by: '198.51.100.7:53204',
    timestamp: '2026-03-04T05:06:07.123456789Z',
    metrics: { timer_server_handler_ns: 337_500 },
    ...changes,
  };
}
