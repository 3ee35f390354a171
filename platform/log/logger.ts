import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Error codes are safe to log; messages of drivers are not: they quote values. */
function errorFields(error: unknown): object {
  if (!(error instanceof Error)) return { name: 'unknown' };
  const code = 'code' in error ? String(error.code) : undefined;
  return { name: error.name, ...(code === undefined ? {} : { code }) };
}

/** A JSON logger named after its service. Errors are reduced to name and code. */
export function createLogger(service: string, level: string, destination?: DestinationStream): Logger {
  const options = { name: service, level, serializers: { err: errorFields } };
  return destination === undefined ? pino(options) : pino(options, destination);
}
