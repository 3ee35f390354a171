import { newestVersions, recordedVersions, UP_TO } from './alert-queries.ts';
import { type AlertSubject, SHOWN_AFTER_MS, SHOWN_BEFORE_MS, type SubjectLabel } from './alert-text.ts';
import { RECORDED } from './metric-names.ts';

const number = (query: string): string =>
  `{{ with query "${query.replaceAll('"', '\\"')}" }}{{ . | first | value | printf "%.0f" }}{{ end }}`;

/** What the links of every alert need to know, by the series that lean rules record of it. */
export const LINK_QUERIES = {
  at: { record: RECORDED.linkAt, query: UP_TO },
  fromMs: { record: RECORDED.linkFrom, query: `1000 * (${UP_TO}) - ${SHOWN_BEFORE_MS}` },
  toMs: { record: RECORDED.linkTo, query: `1000 * (${UP_TO}) + ${SHOWN_AFTER_MS}` },
} as const;

/** As templateSubject, of alerts whose group records what they all need. */
export function recordedSubject(labels: readonly SubjectLabel[], group: string): AlertSubject {
  const of = (record: string) => number(`${record}{group="${group}"}`);
  return {
    labels: templateLabels(labels),
    at: of(RECORDED.linkAt),
    fromMs: of(RECORDED.linkFrom),
    toMs: of(RECORDED.linkTo),
    since: recordedVersions(labels),
  };
}

/** The subject as Prometheus fills it in for each alert that has these labels. */
export function templateSubject(labels: readonly SubjectLabel[], timescale: number): AlertSubject {
  return {
    labels: templateLabels(labels),
    // So that the link leads to the very decisions that were counted; while held, as far as we could see last.
    at: number(LINK_QUERIES.at.query),
    fromMs: number(LINK_QUERIES.fromMs.query),
    toMs: number(LINK_QUERIES.toMs.query),
    since: newestVersions(labels, timescale),
  };
}

function templateLabels(labels: readonly SubjectLabel[]): AlertSubject['labels'] {
  return Object.fromEntries(
    labels.map((label) => [
      label,
      { text: `{{ $labels.${label} }}`, inUrl: `{{ urlquery $labels.${label} }}` },
    ]),
  );
}
