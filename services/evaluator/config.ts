import { z } from 'zod';
import { bucketMsOf } from '../../domain/rollup/append-minutes.ts';
import { httpUrl, logLevel, wholeNumber } from '../../platform/lifecycle/configuration.ts';
import type { SeriesBounds } from './counts/count-bounds.ts';

const TIMESCALE = 'give a number from 1 on that divides 60000, such as 1 or 12';

/** Settings of the evaluator, by the names of their environment variables. */
export const evaluatorEnvironment = z.object({
  DOCKET_CLICKHOUSE_URL: httpUrl,
  DOCKET_CLICKHOUSE_USERNAME: z.string().default('default'),
  DOCKET_CLICKHOUSE_PASSWORD: z.string().default(''),
  /** Directory with one YAML file per SLO. */
  DOCKET_SLO_DIRECTORY: z.string().default('config/slos'),
  /** Time runs this many times as fast: a "minute" lasts 60 s divided by it. */
  DOCKET_TIMESCALE: z.coerce.number({ error: TIMESCALE }).refine(isTimescale, TIMESCALE).default(1),
  DOCKET_EVALUATE_EVERY_MS: wholeNumber(50, 60_000, 2_000),
  /** The most services (of all tenants) and policies that are exported. */
  DOCKET_MAX_SERVICES: wholeNumber(1, 100_000, 200),
  DOCKET_MAX_POLICIES: wholeNumber(1, 100_000, 500),
  /** How many versions, rules and regions of a policy are told apart; the others are shown together. */
  DOCKET_MAX_VERSIONS: wholeNumber(1, 1_000, 5),
  DOCKET_MAX_RULES: wholeNumber(1, 10_000, 20),
  DOCKET_MAX_REGIONS: wholeNumber(1, 1_000, 10),
  /** Bounds that together allow more series than this are refused. */
  DOCKET_MAX_SERIES: wholeNumber(1_000, 50_000_000, 1_000_000),
  /** YAML with what tenants may spend in 30 days; empty: nobody has a budget. */
  DOCKET_COST_BUDGETS_FILE: z.string().default(''),
  /** Stored records that are looked through for leaks each second, with the newest rules; 0: none. */
  DOCKET_LEAK_SCAN_ROWS_PER_S: wholeNumber(0, 100_000, 200),
  /** YAML with the rules of redaction; empty: those that are built in, which config/redaction.yaml shows. */
  DOCKET_REDACTION_FILE: z.string().default(''),
  DOCKET_HTTP_HOST: z.string().default('127.0.0.1'),
  DOCKET_HTTP_PORT: wholeNumber(0, 65_535, 7073),
  DOCKET_LOG_LEVEL: logLevel,
});

function isTimescale(value: number): boolean {
  try {
    return bucketMsOf(value) > 0;
  } catch {
    return false;
  }
}

/** The settings that bound how many series there can be, for those who only want to know whether they do. */
export const boundsEnvironment = evaluatorEnvironment.pick({
  DOCKET_MAX_SERVICES: true,
  DOCKET_MAX_POLICIES: true,
  DOCKET_MAX_VERSIONS: true,
  DOCKET_MAX_RULES: true,
  DOCKET_MAX_REGIONS: true,
  DOCKET_MAX_SERIES: true,
});

/** The bounds that settings make. */
export function boundsOf(settings: z.output<typeof boundsEnvironment>): SeriesBounds {
  return {
    maxServices: settings.DOCKET_MAX_SERVICES,
    maxPolicies: settings.DOCKET_MAX_POLICIES,
    maxVersions: settings.DOCKET_MAX_VERSIONS,
    maxRules: settings.DOCKET_MAX_RULES,
    maxRegions: settings.DOCKET_MAX_REGIONS,
  };
}
