import { createLogGate } from '../../domain/leaks/log-gate.ts';
import { createTextRedactor } from '../../domain/redaction/text-redactor.ts';
import { HttpProblem } from '../../platform/http/http-problem.ts';
import { createHttpServer, type FastifyInstance, listen } from '../../platform/http/server.ts';
import { openEventProducer } from '../../platform/kafka/event-producer.ts';
import { type Environment, readConfiguration } from '../../platform/lifecycle/configuration.ts';
import type { RunningService } from '../../platform/lifecycle/run-service.ts';
import { createLogger } from '../../platform/log/logger.ts';
import { createMetricsRegistry } from '../../platform/prometheus/metrics-registry.ts';
import { requireFreePort } from '../ports.ts';
import { fleetEnvironment } from './config.ts';
import { type Fleet, startFleet } from './fleet.ts';
import type { Connect } from './players.ts';
import { isScenario, SCENARIOS } from './scenario.ts';

const HOST = '127.0.0.1';
const MAX_BODY_BYTES = 1024;
/** Less than runService allows a service to stop in. */
const STOP_TIMEOUT_MS = 9_000;
/** Less than whoever asks for it waits (stack/fleet-control.ts). */
const STOP_PLAYING_TIMEOUT_MS = 25_000;

/**
 * Starts the simulated fleet and its control port on 127.0.0.1. Throws ConfigurationError, or an Error when the port
 * is taken; Kafka or the gateway being away is no error, they are tried until they answer.
 */
export async function startFleetService(
  env: Environment,
  connect: Connect = openEventProducer,
): Promise<RunningService & { readonly url: string }> {
  const settings = readConfiguration(fleetEnvironment, env);
  const log = createLogger(
    'fleet',
    settings.DOCKET_LOG_LEVEL,
    createLogGate(createTextRedactor(), () => {}),
  );
  const port = settings.DOCKET_FLEET_PORT;
  await requireFreePort({ port, purpose: 'the control of the fleet', changedBy: 'DOCKET_FLEET_PORT' });
  const fleet = startFleet({
    brokers: settings.DOCKET_KAFKA_BROKERS,
    gatewayUrl: settings.DOCKET_GATEWAY_URL,
    tenants: settings.DOCKET_FLEET_TENANTS,
    seed: settings.DOCKET_FLEET_SEED,
    rate: settings.DOCKET_FLEET_RATE,
    timescale: settings.DOCKET_TIMESCALE,
    scenario: settings.DOCKET_FLEET_SCENARIO,
    connect,
    onFailure: (route, cause) =>
      log.warn(typeof cause === 'string' ? { route, cause } : { route, err: cause }, 'sending failed'),
  });
  const server = createHttpServer({ log, metrics: createMetricsRegistry(), maxBodyBytes: MAX_BODY_BYTES });
  addControls(server, fleet);
  try {
    const { url, stop } = await listen(server, { host: HOST, port });
    log.info({ url, scenario: settings.DOCKET_FLEET_SCENARIO }, 'fleet is playing');
    return {
      url,
      stop: async () => {
        await fleet.stopPlaying(STOP_TIMEOUT_MS);
        await stop();
      },
    };
  } catch (error) {
    await fleet.stopPlaying(STOP_TIMEOUT_MS);
    throw error;
  }
}

function addControls(server: FastifyInstance, fleet: Fleet): void {
  server.get('/stats', async () => fleet.stats());
  server.post<{ Params: { name: string } }>('/scenario/:name', async (request) => {
    const { name } = request.params;
    if (!isScenario(name)) {
      throw new HttpProblem(404, 'unknown_scenario', `Choose one of: ${SCENARIOS.join(', ')}.`);
    }
    fleet.enter(name);
    return { scenario: fleet.stats().scenario };
  });
  server.post('/stop-playing', async () => fleet.stopPlaying(STOP_PLAYING_TIMEOUT_MS));
}
