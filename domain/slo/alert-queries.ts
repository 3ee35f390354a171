import { VERSION_COUNTS } from '../metrics/decision-counts.ts';
import { GAUGES, RECORDED } from './metric-names.ts';
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
  const asked = askedOf(labels);
  const isNew = decidingAnew(asked.map((label) => `${label}=%q,`).join(''), timescale);
  return nameVersions(isNew.replaceAll('"', '\\"'), [...asked, ...asked]);
}

/** The same template over what newVersionsRule records. */
export function recordedVersions(labels: readonly string[]): string {
  const asked = askedOf(labels);
  const selector = asked.length === 0 ? '' : `{${asked.map((label) => `${label}=%q`).join(',')}}`;
  return nameVersions(`${RECORDED.newVersions}${selector}`, asked);
}

/** Records the decisions of new versions once, where thousands of alerts ask for them. */
export function newVersionsRule(timescale: number): { readonly record: string; readonly expr: string } {
  const expr = `max by (tenant, policy, version) (${decidingAnew('', timescale)})`;
  return { record: RECORDED.newVersions, expr };
}

function askedOf(labels: readonly string[]): readonly string[] {
  return labels.filter((label) => label === 'tenant' || label === 'policy');
}

function decidingAnew(same: string, timescale: number): string {
  const decisions = (window: string): string =>
    `${VERSION_COUNTS.policyDecisions.name}{${same}version!="__other__",window="${window}"}`;
  const ago = prometheusDuration(NEW_WITHIN_SECONDS, timescale);
  const before = `${decisions('1h')} offset ${ago}`;
  return `${decisions('5m')} > 0 unless on (tenant, policy, version) (${before} > 0)`;
}

function nameVersions(isNew: string, asked: readonly string[]): string {
  const query = `topk(${MOST_VERSIONS}, max by (policy, version) (${isNew}))`;
  const values = asked.map((label) => ` $labels.${label}`).join('');
  const versions = '{{ range . }} {{ .Labels.policy }} {{ .Labels.version }}{{ end }}';
  return (
    `{{ with printf "${query}"${values} | query }}${NEWEST_VERSIONS}${versions}` +
    `{{ else }}${WITHOUT_NEW_VERSION}{{ end }}`
  );
}
