import { budgetPanels } from './budget-panels.ts';
import { deployAnnotation, rollbackAnnotation } from './change-panels.ts';
import { incidentPanels } from './incident-panels.ts';
import { headLink, headLinkToAuditor } from './links.ts';
import { promisePanels } from './promise-panels.ts';
import type { DashboardSpec } from './shape-dashboard.ts';
import { trendPanels } from './trend-panels.ts';

/** The dashboard of whoever answers for enforcement. */
export const EXECUTIVE: DashboardSpec = {
  name: 'executive',
  file: 'executive.json',
  title: 'Docket: executive',
  description: 'Do we keep what we promised: is every decision enforced, covered and on record?',
  from: 'now-30d',
  refresh: '5m',
  rows: [
    ['Promises', promisePanels],
    ['Error budgets', budgetPanels],
    ['Over time', trendPanels],
    ['Incidents and changes', incidentPanels],
  ],
  annotations: [deployAnnotation(), rollbackAnnotation()],
  links: [headLink('onCall', 'On call'), headLink('debug', 'Debug'), headLinkToAuditor('Auditor')],
};
