import { z } from 'zod';

/** Every problem of a configuration at once, each with the name of its variable. Values are never quoted. */
export class ConfigurationError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:`);
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a service's settings from its environment by a zod object schema whose keys are the variables' names.
 * An empty variable counts as unset. Throws ConfigurationError with all problems at once.
 */
export function readConfiguration<Schema extends z.ZodType>(
  schema: Schema,
  env: Environment,
): z.output<Schema> {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new ConfigurationError(
    result.error.issues.map((issue) => `${issue.path.join('.') || 'environment'}: ${issue.message}`),
  );
}

/** `host:port,host:port` → the brokers. */
export const brokerList = z
  .string({ error: 'give one or more Kafka brokers as host:port, separated by commas' })
  .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'give one or more Kafka brokers as host:port, separated by commas')
  .transform((text) => text.split(','));

/** A whole number within bounds, with a default. */
export function wholeNumber(minimum: number, maximum: number, fallback: number) {
  const message = `give a whole number from ${minimum} to ${maximum}`;
  return z.coerce
    .number({ error: message })
    .int(message)
    .min(minimum, message)
    .max(maximum, message)
    .default(fallback);
}

/** An http or https address. */
export const httpUrl = z.url({ protocol: /^https?$/, error: 'give an http:// or https:// address' });

export const logLevel = z
  .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
    error: 'give one of trace, debug, info, warn, error, silent',
  })
  .default('info');
