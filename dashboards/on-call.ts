import { blockPanels } from './block-panels.ts';
import { changePanels, deployAnnotation, rollbackAnnotation } from './change-panels.ts';
import { integrityPanels } from './integrity-panels.ts';
import { headLink, headLinkToAuditor } from './links.ts';
import { nowPanels } from './now-panels.ts';
import { qualityPanels } from './quality-panels.ts';
import { servicePanels } from './service-panels.ts';
import type { DashboardSpec } from './shape-dashboard.ts';
import { sloPanels } from './slo-panels.ts';
import { trafficPanels } from './traffic-panels.ts';

/** The dashboard of whoever is on call. */
export const ON_CALL: DashboardSpec = {
  name: 'onCall',
  file: 'on-call.json',
  title: 'Docket: on call',
  description: 'Is enforcement healthy, and can we see it?',
  from: 'now-3h',
  refresh: '30s',
  rows: [
    ['Now', nowPanels],
    ['Objectives', sloPanels],
    ['Services', servicePanels],
    ['Changes and alerts', changePanels],
    ['Blocks', blockPanels],
    ['Traffic', trafficPanels],
    ['Quality of decisions', qualityPanels],
    ['Integrity of the record', integrityPanels],
  ],
  annotations: [deployAnnotation(), rollbackAnnotation()],
  links: [headLink('executive', 'Executive'), headLink('debug', 'Debug'), headLinkToAuditor('Auditor')],
};
