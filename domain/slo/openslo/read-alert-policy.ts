import { z } from 'zod';
import { TIERS, tierFactor } from '../burn-rate.ts';
import { alertForSeconds, RATIO_BOUNDS, tierSeverity } from '../slo-alerts.ts';
import { prometheusDuration } from '../windows.ts';
import { annotationPath, checkAnnotations, readScope } from './read-metadata.ts';
import { hasOne, type Sheet } from './sheet.ts';

/** How an SLO alerts: by one of our sets of rules. */
export type AlertPolicy = {
  readonly alerting: 'burn-rate' | 'ratio-bound' | 'absolute';
  readonly severity: 'page' | 'ticket';
  readonly pageAtFourTimes: boolean;
};

const CONDITION = ['spec', 'conditions', 0] as const;
/** Thresholds are written for this window; those of another follow from it. */
const WRITTEN_FOR_DAYS = 30;

const spec = z.strictObject({
  description: z.string().optional(),
  alertWhenBreaching: z.literal(true).optional(),
  alertWhenNoData: z.literal(true).optional(),
  conditions: z.unknown().optional(),
});
const conditions = z
  .array(z.unknown())
  .refine(hasOne, 'must hold exactly one condition: it names a set of rules');
const condition = z.strictObject({
  kind: z.literal('AlertCondition'),
  metadata: z.unknown().optional(),
  spec: z.strictObject({
    description: z.string().optional(),
    severity: z.enum(['page', 'ticket']).optional(),
    condition: z.strictObject({
      kind: z.literal('burnrate'),
      op: z.literal('gt'),
      threshold: z.number(),
      lookbackWindow: z.string(),
      alertAfter: z.string().optional(),
    }),
  }),
});
type Condition = z.infer<typeof condition>['spec'];

/** The policy that a document of kind AlertPolicy describes; undefined when something is wrong with it. */
export function readAlertPolicy(sheet: Sheet): AlertPolicy | undefined {
  readScope(sheet);
  checkAnnotations(sheet, ['alerting', 'severity', 'pageAtFourTimes']);
  sheet.take(['spec'], spec);
  const alerting = sheet.take(annotationPath('alerting'), z.enum(['burn-rate', 'ratio-bound', 'absolute']));
  const severity = readOptional(sheet, 'severity', z.enum(['page', 'ticket']), 'page');
  const four = readOptional(sheet, 'pageAtFourTimes', z.enum(['true', 'false']).or(z.boolean()), false);
  const pageAtFourTimes = String(four) === 'true';
  if (pageAtFourTimes && (severity === 'ticket' || (alerting !== undefined && alerting !== 'burn-rate'))) {
    const message =
      'needs `docket/severity: page` and `docket/alerting: burn-rate`; remove it or change those';
    sheet.problem(annotationPath('pageAtFourTimes'), message, 'key');
  }
  if (alerting === undefined || severity === undefined) return undefined;
  const policy = { alerting, severity, pageAtFourTimes };
  checkCondition(sheet, policy);
  return policy;
}

function readOptional<T>(sheet: Sheet, key: string, shape: z.ZodType<T>, fallback: T): T | undefined {
  const path = annotationPath(key);
  return sheet.get(...path) === undefined ? fallback : sheet.take(path, shape);
}

// The condition changes nothing, as all rules of the set are generated. One that says something else would be
// believed by whoever reads it, so it must name a rule that there is.
function checkCondition(sheet: Sheet, policy: AlertPolicy): void {
  const given = sheet.get('spec', 'conditions');
  if (policy.alerting === 'absolute') {
    const message = 'contradicts `docket/alerting: absolute`, as counts have no burn rate: remove it';
    if (given !== undefined) sheet.problem(['spec', 'conditions'], message, 'key');
    return;
  }
  if (sheet.take(['spec', 'conditions'], conditions) === undefined) return;
  const stated = sheet.take(CONDITION, condition)?.spec;
  if (stated === undefined) return;
  const rules = policy.alerting === 'burn-rate' ? tierRules(policy) : RATIO_RULES;
  const { threshold, lookbackWindow, alertAfter } = stated.condition;
  const rule = rules.find((one) => one.window === lookbackWindow && one.threshold === threshold);
  if (rule === undefined) {
    const known = rules.map((one) => `${one.threshold} over ${one.window}`).join(', ');
    const message = `is not computed: the rules of ${policy.alerting} are generated, all of them; name one that there is: ${known}`;
    sheet.problem([...CONDITION, 'spec', 'condition', 'threshold'], message);
  } else if (alertAfter !== undefined && alertAfter !== rule.alertAfter) {
    const message = `is not computed: the rule over ${rule.window} waits for ${rule.alertAfter}; give that, or remove it`;
    sheet.problem([...CONDITION, 'spec', 'condition', 'alertAfter'], message);
  }
  checkSeverity(sheet, policy, stated);
}

function checkSeverity(sheet: Sheet, policy: AlertPolicy, { severity }: Condition): void {
  if (severity === undefined || severity === policy.severity) return;
  const message = `contradicts \`docket/severity: ${policy.severity}\`, the most that the alerts may carry: make them alike`;
  sheet.problem([...CONDITION, 'spec', 'severity'], message);
}

type NamedRule = { readonly window: string; readonly threshold: number; readonly alertAfter: string };

function tierRules(policy: AlertPolicy): readonly NamedRule[] {
  return TIERS.map((tier) => ({
    window: tier.long,
    threshold: tierFactor(tier, WRITTEN_FOR_DAYS),
    alertAfter: prometheusDuration(alertForSeconds(tierSeverity(policy, tier))),
  }));
}

// Under the objective is a burn of more than 1.
const RATIO_RULES: readonly NamedRule[] = RATIO_BOUNDS.map(({ window, forSeconds }) => ({
  window,
  threshold: 1,
  alertAfter: prometheusDuration(forSeconds),
}));
