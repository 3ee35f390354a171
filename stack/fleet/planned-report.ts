import type { DecisionReport } from '../../sdk/decision-report.ts';

/** What an enforcer of the fleet will say of a decision, but for the moment. */
export type PlannedReport = DecisionReport &
  Required<Pick<DecisionReport, 'decisionId' | 'mode' | 'resource' | 'rationale' | 'cached'>>;
