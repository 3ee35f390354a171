import { ALERTS, GAUGES, RESULT_GAUGES } from '../metric-names.ts';
import { type Signal, sumOf, wilsonLower } from './signal.ts';
import { SIGNAL_GAUGES } from './signal-gauges.ts';

const SERVICE = ['tenant', 'service'] as const;
const of = (gauge: string, window: '5m' | '1h', matchers = ''): string =>
  sumOf(gauge, SERVICE, window, matchers);

const failClosed = of(SIGNAL_GAUGES.failClosed, '5m');
const enforcer = 'observer="ENFORCER",';
const [probes, missed] = [of(SIGNAL_GAUGES.probes, '1h'), of(SIGNAL_GAUGES.probesMissed, '1h')];
const denied = sumOf(SIGNAL_GAUGES.denied, ['tenant'], '5m');
const decisions = sumOf(SIGNAL_GAUGES.decisions, ['tenant'], '5m');

/** Alerts on how decisions are made and whether they take effect. */
export const ENFORCEMENT_SIGNALS: readonly Signal[] = [
  {
    name: ALERTS.failClosed,
    severity: 'page',
    about: SERVICE,
    window: '5m',
    condition: () =>
      `100 * ${failClosed} / (${of(SIGNAL_GAUGES.decisions, '5m')} > 0) > 5\nand ${failClosed} >= 10`,
    forSeconds: 120,
    what: 'requests are blocked because policies cannot be evaluated',
    describe: (value) =>
      `${value} % of decisions of the last 5m failed closed; this alert starts above 5 %, from 10 on.`,
    valueFormat: '%.1f',
  },
  {
    name: ALERTS.failOpenHighRisk,
    severity: 'page',
    about: SERVICE,
    window: '1h',
    condition: () => `${of(SIGNAL_GAUGES.failOpenHighRisk, '1h')} > 0`,
    // Each one is an action of high risk that nothing judged.
    forSeconds: 0,
    what: 'actions of high risk went on without a policy',
    describe: (value) =>
      `${value} decisions of risk HIGH failed open within 1h: nothing judged these actions.`,
    valueFormat: '%.0f',
  },
  {
    name: ALERTS.nothingEvaluated,
    severity: 'page',
    about: SERVICE,
    window: '5m',
    condition: () =>
      `${of(SIGNAL_GAUGES.inScope, '5m', enforcer)} >= 10\nand ${of(SIGNAL_GAUGES.evaluated, '5m', enforcer)} == 0`,
    forSeconds: 120,
    what: 'no request is evaluated',
    describe: (value) => `Of ${value} requests in scope within 5m, enforcers evaluated none.`,
    valueFormat: '%.0f',
  },
  {
    name: ALERTS.probesMissed,
    severity: 'page',
    about: SERVICE,
    window: '1h',
    // The recall's upper bound is under 95 % where the missed share's lower bound is above 5 %.
    condition: () => `${missed} >= 2\nand ${wilsonLower(missed, probes)} > 0.05`,
    forSeconds: 60,
    what: 'probes do not get the outcome that they must',
    describe: (value) => `${value} probes of 1h had another outcome than expected: surely over 5 % of them.`,
    valueFormat: '%.0f',
  },
  {
    name: ALERTS.mostDenied,
    severity: 'page',
    about: ['tenant'],
    window: '5m',
    condition: () => `100 * ${denied} / (${decisions} > 0) > 50\nand ${decisions} >= 100`,
    forSeconds: 300,
    what: 'most requests are denied',
    describe: (value) => `${value} % of all decisions of the last 5m are DENY, of 100 or more.`,
    valueFormat: '%.1f',
  },
  {
    name: ALERTS.ruleConflicts,
    severity: 'ticket',
    about: SERVICE,
    window: null,
    // Three windows of 5 m that do not overlap: a little less than 15 m holds three of their ends.
    condition: (duration) =>
      `sum_over_time(${of(SIGNAL_GAUGES.conflicts, '5m')}[${duration(899)}:${duration(300)}]) >= 10`,
    forSeconds: 0,
    what: 'rules contradict each other',
    describe: (value) => `On ${value} requests within 15m one rule allowed and another denied.`,
    valueFormat: '%.0f',
  },
  {
    name: ALERTS.lateDecisions,
    severity: 'ticket',
    about: SERVICE,
    window: '1h',
    // Every SLO counts the same late decisions, and one ticket is enough.
    condition: () => `max by (tenant, service) (${GAUGES.late}{window="1h"}) >= 10`,
    forSeconds: 300,
    what: 'decisions come late',
    describe: (value) =>
      `${value} decisions were recorded within 1h more than 15 minutes after they were made: they are in the budget, and in no alert.`,
    valueFormat: '%.0f',
  },
  {
    name: ALERTS.sequencesMissing,
    severity: 'ticket',
    about: ['tenant'],
    window: null,
    condition: () => `max by (tenant) (${RESULT_GAUGES.missingSequences}) > 0`,
    forSeconds: 900,
    what: 'decisions are missing from the record',
    describe: (value) => `${value} decisions were announced by enforcers and are recorded nowhere.`,
    valueFormat: '%.0f',
  },
];
