import { z } from 'zod';
import { fitsSafeGrammar } from '../../domain/contract/safe-grammar.ts';
import { brokerList, logLevel, wholeNumber } from '../../platform/lifecycle/configuration.ts';

const MIB = 1024 * 1024;

/** Settings of the gateway, by the names of their environment variables. */
export const gatewayEnvironment = z.object({
  DOCKET_KAFKA_BROKERS: brokerList,
  /** YAML with the tenants and the digests of their tokens. */
  DOCKET_TENANTS_FILE: z.string({ error: 'give the path of the file with the tenants' }),
  /** Names this gateway in the rejections that it records. */
  DOCKET_GATEWAY_ID: z
    .string()
    .refine(
      (id) => id !== '' && fitsSafeGrammar(id),
      'give an id of letters, digits and . _ : / ~ + -, at most 200',
    )
    .default('gateway-1'),
  /** Largest body as received. */
  DOCKET_MAX_BODY_BYTES: wholeNumber(1024, 256 * MIB, 4 * MIB),
  /** Largest body once decompressed. */
  DOCKET_MAX_DECOMPRESSED_BYTES: wholeNumber(1024, 256 * MIB, 16 * MIB),
  /** Bodies held at once, as received and decompressed; beyond it requests are told to come back. */
  DOCKET_MAX_IN_FLIGHT_BYTES: wholeNumber(2048, 4096 * MIB, 64 * MIB),
  /** After so long a send to Kafka counts as failed, and its sender is told to send again. */
  DOCKET_SEND_TIMEOUT_MS: wholeNumber(100, 60_000, 10_000),
  /** YAML with the rules of redaction; empty: those that are built in, which config/redaction.yaml shows. */
  DOCKET_REDACTION_FILE: z.string().default(''),
  /** `true`: also the input and output of erasable data, by masks and rules, before they go to Kafka. */
  DOCKET_REDACT_ERASABLE: z.enum(['true', 'false'], { error: 'give true or false' }).default('false'),
  DOCKET_HTTP_HOST: z.string().default('127.0.0.1'),
  DOCKET_HTTP_PORT: wholeNumber(0, 65_535, 7071),
  DOCKET_LOG_LEVEL: logLevel,
});

export type GatewaySettings = z.output<typeof gatewayEnvironment>;

/** What is wrong between settings that are each right; empty if nothing. */
export function problemsAcrossSettings(settings: GatewaySettings): string[] {
  const needed = settings.DOCKET_MAX_BODY_BYTES + settings.DOCKET_MAX_DECOMPRESSED_BYTES;
  return settings.DOCKET_MAX_IN_FLIGHT_BYTES >= needed
    ? []
    : [
        'DOCKET_MAX_IN_FLIGHT_BYTES: give at least DOCKET_MAX_BODY_BYTES + DOCKET_MAX_DECOMPRESSED_BYTES ' +
          `(${needed}); else the largest request could never be accepted`,
      ];
}
