import { DEBUG } from './debug.ts';
import { EXECUTIVE } from './executive.ts';
import { ON_CALL } from './on-call.ts';
import type { DashboardSpec } from './shape-dashboard.ts';

/** Every dashboard, from the overview down to single decisions. */
export const ALL_DASHBOARDS: readonly DashboardSpec[] = [EXECUTIVE, ON_CALL, DEBUG];
