import type { AlertName } from './metric-names.ts';
import { GAUGES } from './metric-names.ts';

/** Where annotations point: the auditor (no slash at the end) and the folder of runbooks (with one). */
export type AlertLinks = { readonly auditorUrl: string; readonly runbookBaseUrl: string };

export const DEFAULT_LINKS: AlertLinks = {
  auditorUrl: 'http://localhost:7074',
  runbookBaseUrl: 'docs/runbooks/',
};

/** What an annotation is about; either Prometheus template actions or, to test the rules, what they become. */
export type AlertSubject = {
  readonly slo: string;
  readonly tenant: string;
  readonly service: string;
  readonly sloInUrl: string;
  readonly tenantInUrl: string;
  /** Unix seconds up to which the numbers reach. */
  readonly at: string;
};

export type Annotations = {
  readonly summary: string;
  readonly description: string;
  readonly runbook_url: string;
  readonly link: string;
};

export const HELD =
  'Held: Docket is blind, so this alert can be neither confirmed nor cleared. See DocketBlind.';

// The end of the windows judged, so that the link leads to the very decisions that were counted; while held, as far
// as we could see last.
export const CURRENT_AT =
  `{{ with query "max(last_over_time(${GAUGES.watermark}[1d])) or vector(time())" }}` +
  '{{ . | first | value | printf "%.0f" }}{{ end }}';

/** The subject as Prometheus fills it in for each alert. */
export const TEMPLATE_SUBJECT: AlertSubject = {
  slo: '{{ $labels.slo }}',
  tenant: '{{ $labels.tenant }}',
  service: '{{ $labels.service }}',
  sloInUrl: '{{ urlquery $labels.slo }}',
  tenantInUrl: '{{ urlquery $labels.tenant }}',
  at: CURRENT_AT,
};

/** A description that says "held" for the negative value which stands for a held alert. */
export function describeUnlessHeld(
  describe: (value: string) => string,
  valueFormat: '%.0f' | '%.1f',
): string {
  const value = `{{ $value | printf "${valueFormat}" }}`;
  return `{{ if lt $value 0.0 }}${HELD}{{ else }}${describe(value)}{{ end }}`;
}

/** The annotations of an alert on one SLO, tenant and service. They never carry sample ids: `link` leads there. */
export function annotateSloAlert(
  name: AlertName,
  subject: AlertSubject,
  text: { readonly what: string; readonly description: string },
  links: AlertLinks,
): Annotations {
  return {
    summary: `${subject.slo}, tenant ${subject.tenant}, service ${subject.service}: ${text.what}`,
    description: text.description,
    runbook_url: `${links.runbookBaseUrl}${name}.md`,
    link: `${links.auditorUrl}/go?slo=${subject.sloInUrl}&tenant=${subject.tenantInUrl}&at=${subject.at}`,
  };
}

/** The annotations of an alert on Docket itself. `path`: where at the auditor it leads. */
export function annotateSystemAlert(
  name: AlertName,
  text: { readonly summary: string; readonly description: string },
  links: AlertLinks,
  path = '/',
): Annotations {
  return {
    ...text,
    runbook_url: `${links.runbookBaseUrl}${name}.md`,
    link: `${links.auditorUrl}${path}`,
  };
}
