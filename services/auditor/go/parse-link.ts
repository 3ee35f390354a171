import type { FilterProblem, Search, SearchSpec } from '../../../domain/audit/search-filters.ts';
import { parseFilters } from '../../../domain/audit/search-filters.ts';
import type { Slo } from '../../../domain/slo/definition.ts';
import { ALERTS } from '../../../domain/slo/metric-names.ts';
import { WINDOW_MINUTES } from '../../../domain/slo/windows.ts';

/** What decisions an alert is about, beside the labels of its link. */
export type Cause =
  | { readonly kind: 'slow'; readonly thresholdUs: number }
  | {
      readonly kind:
        | 'failed'
        | 'incomplete'
        | 'failed-closed'
        | 'denied'
        | 'allowed'
        | 'conflicting'
        | 'missed-probe'
        | 'inactive-version'
        | 'unapproved-version'
        | 'leaking'
        | 'any';
    };

export interface GoLink {
  readonly search: Search;
  readonly cause: Cause;
  /** As it is kept in the access log. */
  readonly filters: Readonly<Record<string, string>>;
}

const LABELS = ['tenant', 'service', 'policy'] as const;

/** Parameters of GET /go: those that generated annotations carry. */
export const GO_LINK = {
  name: 'go',
  filters: {
    slo: { kind: 'code' },
    alert: { kind: 'code' },
    tenant: { kind: 'code' },
    service: { kind: 'code' },
    policy: { kind: 'code' },
    version: { kind: 'code' },
    region: { kind: 'code' },
    at: { kind: 'code' },
  },
} as const satisfies SearchSpec;

const CAUSES: Readonly<Record<string, Exclude<Cause['kind'], 'slow'>>> = {
  [ALERTS.failClosedExcess]: 'failed-closed',
  [ALERTS.ruleConflicts]: 'conflicting',
  [ALERTS.overblocking]: 'denied',
  [ALERTS.denialsDominate]: 'denied',
  [ALERTS.falsePositives]: 'denied',
  [ALERTS.probesMissed]: 'missed-probe',
  [ALERTS.missedViolations]: 'allowed',
  [ALERTS.versionMismatch]: 'inactive-version',
  [ALERTS.unapprovedVersion]: 'unapproved-version',
  [ALERTS.unauthorisedChange]: 'unapproved-version',
  [ALERTS.leakFound]: 'leaking',
};

const LIMIT = 50;
/** The longest window that an alert judges. */
const BACK_MS = WINDOW_MINUTES['3d'] * 60_000;

/**
 * Reads the link of an alert: which decisions are behind it. `at` is Unix seconds, now if left out. All problems at
 * once, never with a value.
 */
export function parseGoLink(
  slos: readonly Slo[],
  given: Readonly<Record<string, unknown>>,
  options: { readonly nowMs: number; readonly timescale: number },
): { readonly link: GoLink } | { readonly problems: readonly FilterProblem[] } {
  const { equals, problems: others } = parseFilters(GO_LINK, given);
  const problems = [...others];
  const atMs = equals.at === undefined ? options.nowMs : Number(equals.at) * 1000;
  if (!Number.isFinite(atMs)) problems.push({ parameter: 'at', message: 'must be Unix seconds' });
  const cause = causeOf(slos, equals);
  if (cause === null)
    problems.push({ parameter: 'slo', message: 'name an SLO of config/slos, or an alert instead' });
  if (problems.length > 0 || cause === null) return { problems };
  const kept = LABELS.flatMap((label) => (equals[label] === undefined ? [] : [[label, equals[label]]]));
  const search: Search = {
    equals: {
      ...Object.fromEntries(kept),
      ...(equals.version === undefined ? {} : { policy_version: equals.version }),
    },
    fromMs: Math.round(atMs - BACK_MS / options.timescale),
    toMs: Math.round(atMs),
    limit: LIMIT,
    filtersDigest: '',
    after: null,
  };
  return { link: { search, cause, filters: equals } };
}

function causeOf(slos: readonly Slo[], { slo: name, alert }: Readonly<Record<string, string>>): Cause | null {
  if (name === undefined) return alert === undefined ? null : { kind: CAUSES[alert] ?? 'any' };
  const slo = slos.find((each) => each.name === name);
  switch (slo?.indicator.kind) {
    case undefined:
      return null;
    case 'decision-latency':
      return { kind: 'slow', thresholdUs: slo.indicator.thresholdMs * 1000 };
    case 'audit-completeness':
      return { kind: 'incomplete' };
    case 'coverage':
      // What was not decided cannot be shown: what was, beside it, is the sample.
      return { kind: 'any' };
    default:
      return { kind: 'failed' };
  }
}
