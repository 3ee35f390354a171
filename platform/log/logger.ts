import { type DestinationStream, destination, type Logger, pino } from 'pino';
import { gateLine, type LineGate } from './gate-line.ts';

export type { Logger } from 'pino';

/** Error codes are safe to log; messages of drivers are not: they quote values. */
function errorFields(error: unknown): object {
  if (!(error instanceof Error)) return { name: 'unknown' };
  const code = 'code' in error ? String(error.code) : undefined;
  return { name: error.name, ...(code === undefined ? {} : { code }) };
}

/**
 * A JSON logger named after its service. Errors are reduced to name and code, and whatever else gets into a line has to
 * pass the gate.
 */
export function createLogger(
  service: string,
  level: string,
  gate: LineGate,
  out: DestinationStream = destination({ fd: 1, sync: true }),
): Logger {
  const options = { name: service, level, serializers: { err: errorFields } };
  return pino(options, { write: (line) => out.write(gateLine(line, gate, service)) });
}
