import { z } from 'zod';
import { brokerList, httpUrl, logLevel, wholeNumber } from '../../platform/lifecycle/configuration.ts';
import { SCENARIOS } from './scenario.ts';

const TENANTS_RULE = 'give a JSON array of {"id", "enforcerToken"} and perhaps "sreToken", at least one';

const TIMESCALE_RULE = 'give a number from 1 on, such as 1 or 12';

const tenants = z
  .array(
    z.object({
      id: z.string().min(1, TENANTS_RULE),
      enforcerToken: z.string().min(1, TENANTS_RULE),
      sreToken: z.string().min(1, TENANTS_RULE).optional(),
    }),
    {
      error: TENANTS_RULE,
    },
  )
  .min(1, TENANTS_RULE);

/** Settings of the simulated fleet, by the names of their environment variables. */
export const fleetEnvironment = z.object({
  DOCKET_KAFKA_BROKERS: brokerList,
  DOCKET_GATEWAY_URL: httpUrl,
  DOCKET_FLEET_TENANTS: z.string({ error: TENANTS_RULE }).transform((text, context) => {
    try {
      const parsed = tenants.safeParse(JSON.parse(text));
      if (parsed.success) return parsed.data;
    } catch {
      // no JSON: the same advice
    }
    context.addIssue({ code: 'custom', message: TENANTS_RULE });
    return z.NEVER;
  }),
  DOCKET_FLEET_SEED: wholeNumber(0, 2 ** 31, 1),
  /** Decisions per second over the whole fleet. */
  DOCKET_FLEET_RATE: wholeNumber(1, 5_000, 60),
  DOCKET_FLEET_PORT: wholeNumber(0, 65_535, 7070),
  DOCKET_FLEET_SCENARIO: z
    .enum(SCENARIOS, { error: `give one of ${SCENARIOS.join(', ')}` })
    .default('normal'),
  /** How many times faster than life intervals pass. */
  DOCKET_TIMESCALE: z.coerce.number({ error: TIMESCALE_RULE }).min(1, TIMESCALE_RULE).default(1),
  DOCKET_LOG_LEVEL: logLevel,
});
