import { type EnforcementFigure, settledDecisions } from './enforcement-sql.ts';

const BY = ['tenant_id', 'service', 'policy_id', 'policy_version'] as const;

function settled(figure: EnforcementFigure): string {
  return `
SELECT append_minute, decided_minute, ${BY.join(', ')}, '${figure}', late, n_good, n_bad, n_unknown
FROM (${settledDecisions({ figure, scope: 'true', by: BY })})`;
}

/** Rows of enforcement_minutes of a range: what finally became of decisions, and how their first attempts went. */
export const ROLL_UP_ENFORCEMENT = `
INSERT INTO enforcement_minutes (append_minute, decided_minute, ${BY.join(', ')}, figure, late, good, bad, unknown)
${settled('final')}
UNION ALL
${settled('first')}`;
