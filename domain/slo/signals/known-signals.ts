import { SERVICE_COUNTS } from '../../metrics/decision-counts.ts';
import { CHANGE_COUNTS } from '../../metrics/record-counts.ts';
import { ALERTS, GAUGES, RESULT_GAUGES } from '../metric-names.ts';
import { type Signal, sumOf } from './signal.ts';

const SERVICE = ['tenant', 'service'] as const;
const POLICY = ['tenant', 'policy'] as const;

/** Every alert on what is neither an objective nor one of the known failures, in the order of its rules. */
export const SIGNALS: readonly Signal[] = [
  {
    name: ALERTS.failOpenHighRisk,
    severity: 'page',
    about: SERVICE,
    window: '1h',
    condition: () => `${sumOf(SERVICE_COUNTS.failOpenHighRisk, SERVICE, '1h')} > 0`,
    // Each one is an action of high risk that nothing judged.
    forSeconds: 0,
    what: 'actions of high risk went on without a policy',
    describe: (value) =>
      `${value} decisions of risk HIGH failed open within 1h: nothing judged these actions.`,
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
  {
    name: ALERTS.deployFailed,
    severity: 'ticket',
    about: POLICY,
    window: '1h',
    condition: () => `${sumOf(CHANGE_COUNTS.deployFailures, POLICY, '1h')} > 0`,
    forSeconds: 0,
    what: 'a deploy failed',
    describe: (value) => `${value} deploys failed within 1h; the version before is still in force.`,
    valueFormat: '%.0f',
  },
];
