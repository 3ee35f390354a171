import { NEWEST_VERSIONS, WITHOUT_NEW_VERSION } from './alert-queries.ts';
import type { AlertName } from './metric-names.ts';

/** Where annotations point; none of the addresses ends in a slash, but for the folder of runbooks. */
export type AlertLinks = {
  readonly auditorUrl: string;
  readonly grafanaUrl: string;
  readonly runbookBaseUrl: string;
};

export const DEFAULT_LINKS: AlertLinks = {
  auditorUrl: 'http://localhost:7074',
  grafanaUrl: 'http://localhost:3000',
  runbookBaseUrl: 'docs/runbooks/',
};

/** Labels that say what an alert is about, in the order in which they are told. */
const SUBJECT_LABELS = ['slo', 'tenant', 'service', 'policy', 'version', 'region'] as const;
export type SubjectLabel = (typeof SUBJECT_LABELS)[number];

/** Those of them by which the on-call dashboard is narrowed. */
const DASHBOARD_LABELS: readonly SubjectLabel[] = ['tenant', 'service', 'policy'];

/** What an annotation is about; either Prometheus template actions or, to test the rules, what they become. */
export type AlertSubject = {
  readonly labels: Readonly<Partial<Record<SubjectLabel, { readonly text: string; readonly inUrl: string }>>>;
  /** Unix seconds up to which the numbers reach. */
  readonly at: string;
  /** What the on-call dashboard shows, in Unix milliseconds. */
  readonly fromMs: string;
  readonly toMs: string;
  /** Policy versions that are new. */
  readonly since: string;
};

export type Annotations = {
  readonly summary: string;
  readonly description: string;
  readonly since?: string;
  readonly runbook_url: string;
  readonly dashboard: string;
  readonly link: string;
};

export const HELD =
  'Held: Docket is blind, so this alert can be neither confirmed nor cleared. See DocketBlind.';

/** The dashboard shows so long before the end of the windows judged, and so long after. */
export const SHOWN_BEFORE_MS = 6 * 3_600_000;
export const SHOWN_AFTER_MS = 3_600_000;

/** The subject of an alert whose numbers reach up to a minute, while no policy version is new. */
export function filledSubject(
  labels: Readonly<Partial<Record<SubjectLabel, string>>>,
  minute: number,
  since = WITHOUT_NEW_VERSION,
): AlertSubject {
  const filled = Object.entries(labels).map(([label, text]) => [
    label,
    { text, inUrl: encodeURIComponent(text) },
  ]);
  return {
    labels: Object.fromEntries(filled),
    at: String(minute * 60),
    fromMs: String(minute * 60_000 - SHOWN_BEFORE_MS),
    toMs: String(minute * 60_000 + SHOWN_AFTER_MS),
    since: since === WITHOUT_NEW_VERSION ? since : `${NEWEST_VERSIONS}${since}`,
  };
}

/** A description that says "held" for the negative value which stands for a held alert. */
export function describeUnlessHeld(
  describe: (value: string) => string,
  valueFormat: '%.0f' | '%.1f',
): string {
  const value = `{{ $value | printf "${valueFormat}" }}`;
  return `{{ if lt $value 0.0 }}${HELD}{{ else }}${describe(value)}{{ end }}`;
}

/**
 * The annotations of an alert on how policies are enforced. They never carry sample ids: `link` leads to the decisions
 * behind it. `window`: the one judged, where it is one.
 */
export function annotateAlert(
  name: AlertName,
  subject: AlertSubject,
  text: { readonly what: string; readonly description: string; readonly window: string | null },
  links: AlertLinks,
): Annotations {
  const { labels, at, fromMs, toMs } = subject;
  const known = SUBJECT_LABELS.flatMap((label) => {
    const value = labels[label];
    return value === undefined ? [] : [{ label, ...value }];
  });
  const about = known.map((one) => (one.label === 'slo' ? one.text : `${one.label} ${one.text}`)).join(', ');
  const asked = [...known.map((one) => `${one.label}=${one.inUrl}`), `alert=${name}`];
  if (text.window !== null) asked.push(`window=${text.window}`);
  const shown = known
    .filter(({ label }) => DASHBOARD_LABELS.includes(label))
    .map((one) => `var-${one.label}=${one.inUrl}&`)
    .join('');
  return {
    summary: `${about}: ${text.what}`,
    description: text.description,
    since: subject.since,
    runbook_url: `${links.runbookBaseUrl}${name}.md`,
    dashboard: `${links.grafanaUrl}/d/docket-on-call?${shown}from=${fromMs}&to=${toMs}`,
    link: `${links.auditorUrl}/go?${asked.join('&')}&at=${at}`,
  };
}

/** The annotations of an alert on Docket itself: no policy is behind it. `path`: where at the auditor it leads. */
export function annotateSystemAlert(
  name: AlertName,
  text: { readonly summary: string; readonly description: string },
  links: AlertLinks,
  path = '/',
): Annotations {
  return {
    ...text,
    runbook_url: `${links.runbookBaseUrl}${name}.md`,
    dashboard: `${links.grafanaUrl}/d/docket-on-call`,
    link: `${links.auditorUrl}${path}`,
  };
}
