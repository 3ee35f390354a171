import { VERSION_COUNTS } from '../metrics/decision-counts.ts';
import { GAUGES } from './metric-names.ts';
import { prometheusDuration } from './windows.ts';

/** Unix seconds up to which the numbers behind an alert reach. */
export const UP_TO = `max(last_over_time(${GAUGES.watermark}[1d])) or vector(time())`;

/** How the text on new versions begins when there are any, and what it says when there is none. */
export const NEWEST_VERSIONS = 'Policy versions that began to decide within a day:';
export const WITHOUT_NEW_VERSION = 'No policy version is known to have begun to decide within a day.';

/** A version is new when nothing was decided by it so long ago. */
const NEW_WITHIN_SECONDS = 86_400;
const MOST_VERSIONS = 3;

/**
 * A template that names the versions by which the tenant decides now and did not a day ago, those with the most
 * decisions first: whether a policy deploy is behind an alert is the first thing to know.
 */
export function newestVersions(labels: readonly string[], timescale: number): string {
  const asked = labels.filter((label) => label === 'tenant' || label === 'policy');
  const same = asked.map((label) => `${label}=%q,`).join('');
  const decisions = (window: string): string =>
    `${VERSION_COUNTS.policyDecisions.name}{${same}version!=\\"__other__\\",window=\\"${window}\\"}`;
  const ago = prometheusDuration(NEW_WITHIN_SECONDS, timescale);
  const before = `${decisions('1h')} offset ${ago}`;
  const isNew = `${decisions('5m')} > 0 unless on (tenant, policy, version) (${before} > 0)`;
  const query = `topk(${MOST_VERSIONS}, max by (policy, version) (${isNew}))`;
  const values = [...asked, ...asked].map((label) => ` $labels.${label}`).join('');
  const versions = '{{ range . }} {{ .Labels.policy }} {{ .Labels.version }}{{ end }}';
  return (
    `{{ with printf "${query}"${values} | query }}${NEWEST_VERSIONS}${versions}` +
    `{{ else }}${WITHOUT_NEW_VERSION}{{ end }}`
  );
}
