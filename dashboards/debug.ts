import { deployAnnotation, rollbackAnnotation } from './change-panels.ts';
import { headLink, headLinkToAuditor } from './links.ts';
import { pathPanels } from './path-panels.ts';
import { reviewPanels } from './review-panels.ts';
import { rulePanels } from './rule-panels.ts';
import type { DashboardSpec } from './shape-dashboard.ts';
import { versionPanels } from './version-panels.ts';

/** The dashboard of whoever looks for the cause. Single decisions open in the auditor, which records the read. */
export const DEBUG: DashboardSpec = {
  name: 'debug',
  file: 'debug.json',
  title: 'Docket: debug',
  description:
    'Which way did requests take, which rules matched, and by which version? Decisions themselves open in the auditor, which records that they were read.',
  from: 'now-1h',
  refresh: '1m',
  rows: [
    ['Ways through model and policy', pathPanels],
    ['Rules', rulePanels],
    ['Right and wrong', reviewPanels],
    ['Versions', versionPanels],
  ],
  annotations: [deployAnnotation(), rollbackAnnotation()],
  links: [
    headLink('executive', 'Executive'),
    headLink('onCall', 'On call'),
    headLinkToAuditor('This request in the auditor', `request_id=\${request:percentencode}`),
  ],
  textVariables: {
    request: {
      label: 'request id',
      description: 'For the link "This request in the auditor": every decision on one request.',
    },
  },
};
