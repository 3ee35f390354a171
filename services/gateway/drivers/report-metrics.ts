import type { Logger } from '../../../platform/log/logger.ts';
import { Counter, Gauge, Histogram, type Registry } from '../../../platform/prometheus/metrics-registry.ts';
import type { GatewayReport } from '../metrics.ts';
import type { KafkaEventLogOptions } from './kafka-event-log.ts';

export interface GatewayMetrics extends GatewayReport {
  readonly kafka: KafkaEventLogOptions['report'];
  request(route: string, status: number): void;
}

/** The gateway's metrics. Labels are codes of ours: routes, subjects, reasons. */
export function createGatewayMetrics(
  registry: Registry,
  log: Logger,
  bytesInFlight: () => number,
): GatewayMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'docket_gateway_requests_total',
    help: 'Requests answered, by route and status',
    labelNames: ['route', 'status'] as const,
    registers,
  });
  const accepted = new Counter({
    name: 'docket_gateway_events_accepted_total',
    help: 'Events that Kafka has, by kind',
    labelNames: ['subject'] as const,
    registers,
  });
  const rejections = new Counter({
    name: 'docket_gateway_rejections_total',
    help: 'Rejections that Kafka has, by reason; one may be about many events',
    labelNames: ['reason'] as const,
    registers,
  });
  const rejectedEvents = new Counter({
    name: 'docket_gateway_events_rejected_total',
    help: 'Events that could not be expressed, by reason; a chunk that cannot be read counts as none',
    labelNames: ['reason'] as const,
    registers,
  });
  new Gauge({
    name: 'docket_gateway_in_flight_bytes',
    help: 'Bytes of bodies that requests hold now',
    registers,
    collect() {
      this.set(bytesInFlight());
    },
  });
  const ready = new Gauge({
    name: 'docket_gateway_kafka_ready',
    help: '1 while there is a producer, 0 while everything is answered with 503',
    registers,
  });
  const sends = new Histogram({
    name: 'docket_gateway_kafka_send_seconds',
    help: 'How long Kafka took to make a batch durable',
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  return {
    request: (route, status) => requests.inc({ route, status: String(status) }),
    accepted: (subject, events) => accepted.inc({ subject }, events),
    rejected: (reason, events) => {
      rejections.inc({ reason });
      rejectedEvents.inc({ reason }, events ?? 0);
      log.warn({ reason, events }, 'rejected');
    },
    kafka: {
      sent: (seconds) => sends.observe(seconds),
      connection: (isReady, err) => {
        ready.set(isReady ? 1 : 0);
        if (isReady) log.info('connected to Kafka');
        else log.warn({ err }, 'no connection to Kafka; will try again');
      },
    },
  };
}
