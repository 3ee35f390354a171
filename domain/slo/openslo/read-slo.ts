import { z } from 'zod';
import { TIERS, tierErrorShare, tierFactor, unreachableTiers } from '../burn-rate.ts';
import { type BudgetWindow, nominalDays, type Slo } from '../definition.ts';
import type { AlertPolicy } from './read-alert-policy.ts';
import { type Budget, readBudget } from './read-budget.ts';
import { OBJECTIVE, readIndicator } from './read-indicator.ts';
import { checkAnnotations, readScope } from './read-metadata.ts';
import { readWindow } from './read-window.ts';
import { hasOne, type Sheet } from './sheet.ts';

/** What other documents define, by name. Undefined: it is there, but something is wrong with it. */
export type Definitions = {
  readonly services: ReadonlyMap<string, { readonly tenant?: string; readonly service?: string }>;
  readonly policies: ReadonlyMap<string, AlertPolicy | undefined>;
};

/** Under this many days the slowest tiers would fire at failures that the objective allows. */
const MIN_BURN_RATE_DAYS = 28;
const POLICIES = ['spec', 'alertPolicies'] as const;

const spec = z.strictObject({
  description: z.string().regex(/\S/, 'must say what the objective promises'),
  service: z.string(),
  indicator: z.unknown().optional(),
  timeWindow: z.unknown().optional(),
  budgetingMethod: z.unknown().optional(),
  objectives: z.unknown().optional(),
  alertPolicies: z.unknown().optional(),
});
const policyNames = z
  .array(z.string().or(z.strictObject({ alertPolicyRef: z.string() })))
  .refine(hasOne, 'must name exactly one AlertPolicy');

/** The SLO of a document; undefined when something is wrong with it, which is noted. */
export function readSlo(sheet: Sheet, name: string | undefined, defined: Definitions): Slo | undefined {
  const stated = sheet.take(['spec'], spec);
  if (sheet.get('spec') === undefined) return undefined;
  const scope = readScope(sheet);
  checkAnnotations(sheet, ['budget', 'maxCount']);
  const service = readService(sheet, defined);
  const policy = readPolicy(sheet, defined);
  const indicator = readIndicator(sheet);
  const window = readWindow(sheet);
  const budget = readBudget(sheet);
  if (policy !== undefined) {
    if (budget !== undefined) checkFit(sheet, budget, policy);
    if (window !== undefined && policy.alerting === 'burn-rate') checkTiers(sheet, window, budget);
  }
  if (stated === undefined || name === undefined || service === undefined || policy === undefined)
    return undefined;
  if (indicator === undefined || window === undefined || budget === undefined) return undefined;
  const { description } = stated;
  const shared = { name, description, tenant: '*', service: '*', ...service, ...scope, indicator, window };
  return combine({ ...shared, severity: policy.severity }, budget, policy);
}

type Shared = Pick<Slo, 'name' | 'description' | 'tenant' | 'service' | 'indicator' | 'window' | 'severity'>;

function combine(shared: Shared, budget: Budget, policy: AlertPolicy): Slo | undefined {
  const { alerting, pageAtFourTimes } = policy;
  if (budget.budgeting === 'absolute') {
    return alerting === 'absolute' ? { ...shared, ...budget, alerting } : undefined;
  }
  if (alerting === 'absolute') return undefined;
  if (budget.budgeting === 'occurrences') return { ...shared, ...budget, alerting, pageAtFourTimes };
  return alerting === 'burn-rate' ? { ...shared, ...budget, alerting, pageAtFourTimes } : undefined;
}

function readService(sheet: Sheet, { services }: Definitions) {
  const path = ['spec', 'service'];
  const name = sheet.get(...path);
  if (typeof name !== 'string') return undefined;
  const found = services.get(name);
  if (found === undefined) {
    sheet.problem(path, `names a Service that no file defines: add one of kind Service, or correct the name`);
  }
  return found;
}

function readPolicy(sheet: Sheet, { policies }: Definitions): AlertPolicy | undefined {
  const [named] = sheet.take(POLICIES, policyNames) ?? [];
  if (named === undefined) return undefined;
  const name = typeof named === 'string' ? named : named.alertPolicyRef;
  if (policies.has(name)) return policies.get(name);
  const message = `names an AlertPolicy that no file defines: add one of kind AlertPolicy, or correct the name`;
  sheet.problem([...POLICIES, 0], message);
  return undefined;
}

function checkFit(sheet: Sheet, { budgeting }: Budget, { alerting }: AlertPolicy): void {
  const path = [...POLICIES, 0];
  if ((budgeting === 'absolute') !== (alerting === 'absolute')) {
    const message =
      budgeting === 'absolute'
        ? 'contradicts `docket/budget: absolute`: name a policy with `docket/alerting: absolute`'
        : 'names a policy with `docket/alerting: absolute`: add `docket/budget: absolute` to this SLO, or name another';
    sheet.problem(path, message);
  } else if (budgeting === 'timeslices' && alerting === 'ratio-bound') {
    const message =
      'is not computed: time slices alert by `docket/alerting: burn-rate` only; name such a policy';
    sheet.problem(path, message);
  }
}

function checkTiers(sheet: Sheet, window: BudgetWindow, budget: Budget | undefined): void {
  const days = nominalDays(window);
  const slowest = TIERS.at(-1);
  if (days < MIN_BURN_RATE_DAYS && slowest !== undefined) {
    const factor = tierFactor(slowest, days).toPrecision(2);
    const message =
      `is too short for \`docket/alerting: burn-rate\`: its slowest tier would fire at ${factor} times the failures ` +
      `that the objective allows; give ${MIN_BURN_RATE_DAYS}d or more, or name a policy of another kind`;
    sheet.problem(['spec', 'timeWindow', 0, 'duration'], message);
    return;
  }
  if (budget === undefined || budget.budgeting === 'absolute') return;
  const [tier] = unreachableTiers(budget.objective, days);
  if (tier === undefined) return;
  const percent = (100 * tierErrorShare(tier, budget.objective, days)).toFixed(0);
  const what = budget.budgeting === 'timeslices' ? 'slices' : 'events';
  const key = sheet.get(...OBJECTIVE, 'target') === undefined ? 'targetPercent' : 'target';
  const message =
    `would need ${percent} % of ${what} to fail over ${tier.long} before its fastest tier fires (at most 50 % is ` +
    'allowed): raise it, or name a policy with `docket/alerting: ratio-bound`';
  sheet.problem([...OBJECTIVE, key], message);
}
