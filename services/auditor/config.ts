import { z } from 'zod';
import { brokerList, httpUrl, logLevel, wholeNumber } from '../../platform/lifecycle/configuration.ts';

/** Settings of the auditor, by the names of their environment variables. */
export const auditorEnvironment = z.object({
  DOCKET_KAFKA_BROKERS: brokerList,
  DOCKET_CLICKHOUSE_URL: httpUrl,
  DOCKET_CLICKHOUSE_USERNAME: z.string().default('default'),
  DOCKET_CLICKHOUSE_PASSWORD: z.string().default(''),
  /** YAML with the tenants and the digests of their tokens. */
  DOCKET_TENANTS_FILE: z.string({ error: 'give the path of the file with the tenants' }),
  /** Address of the vault, which opens erasable data and knows who is meant; both settings or neither. */
  DOCKET_VAULT_URL: httpUrl.optional(),
  /** Holds the auditor's token for the vault, and nothing else. */
  DOCKET_VAULT_TOKEN_FILE: z.string().optional(),
  /** Folder with one YAML file for each objective: the overview shows figures against them. */
  DOCKET_SLO_DIRECTORY: z.string().default('config/slos'),
  /** `true` behind HTTPS: the overview's cookie is then never sent without it. */
  DOCKET_SECURE_COOKIE: z.enum(['true', 'false'], { error: 'give true or false' }).default('false'),
  /** Time runs this many times as fast, as for the evaluator: windows behind links are shorter. */
  DOCKET_TIMESCALE: z.coerce
    .number({ error: 'give a number from 1 on' })
    .min(1, 'give a number from 1 on')
    .default(1),
  DOCKET_MAX_CONCURRENT_READS: wholeNumber(1, 1000, 16),
  /** YAML with the rules of redaction; empty: those that are built in, which config/redaction.yaml shows. */
  DOCKET_REDACTION_FILE: z.string().default(''),
  DOCKET_HTTP_HOST: z.string().default('127.0.0.1'),
  DOCKET_HTTP_PORT: wholeNumber(0, 65_535, 7074),
  DOCKET_LOG_LEVEL: logLevel,
});

export type AuditorSettings = z.output<typeof auditorEnvironment>;
