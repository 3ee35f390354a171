import { html } from 'ghtml';
import { formatCount, formatNumber, formatProbability, formatShare, NO_DATA } from './format-figures.ts';
import type { Status } from './judge-freshness.ts';
import type { DriftRow, OverviewData, ReviewRow } from './overview-data.ts';
import { card, nothing, pill, table } from './render-parts.ts';

/** Labelled blocks below which a rate says nothing. */
const MIN_LABELLED = 30;

const DRIFT_STATES: Readonly<Record<string, readonly [Status, string]>> = {
  ok: ['good', 'as before'],
  drift: ['bad', 'drifted'],
};

/** Drift of each policy's outcome mix against its frozen reference. */
export function renderDrift(rows: readonly DriftRow[]): string {
  const about = 'outcome mix of each policy against its frozen reference';
  if (rows.length === 0) return card('half', 'Drift', about, nothing('No data: no policy was compared yet.'));
  const lines = rows.map((row) => {
    const [status, words] = DRIFT_STATES[row.verdict] ?? (['none', 'insufficient data'] as const);
    const psi = row.psi === null ? NO_DATA : formatNumber(row.psi);
    const p = row.pValue === null ? NO_DATA : formatProbability(row.pValue);
    return html`<tr><td class="id">${row.policyId}</td><td>!${pill(status, words)}</td><td class="num fig ${row.psi === null ? 'none' : ''}">${psi}</td><td class="num fig ${row.pValue === null ? 'none' : ''}">${p}</td><td class="num dim">${formatCount(row.nCurrent)} / ${formatCount(row.nReference)}</td></tr>`;
  });
  return card(
    'half',
    'Drift',
    about,
    table(['Policy', '', '#PSI', '#p', '#n now / reference'], lines.join('')),
  );
}

/** The share of randomly reviewed blocks that hit legitimate requests. */
export function renderReviews(rows: readonly ReviewRow[]): string {
  const about = 'legitimate requests among blocks that were reviewed at random, 95 % interval';
  if (rows.length === 0)
    return card('half', 'False positives', about, nothing('No data: no block was reviewed yet.'));
  const lines = rows.map(
    (row) =>
      html`<tr><td class="${row.policyId === '*' ? '' : 'id'}">${row.policyId === '*' ? 'all policies' : row.policyId}</td>!${renderRate(row)}<td class="num dim">${formatCount(row.legitimate)} of ${formatCount(row.blocksLabelled)}</td></tr>`,
  );
  return card(
    'half',
    'False positives',
    about,
    table(['Policy', '#Rate', '#Interval', '#Legitimate of reviewed'], lines.join('')),
  );
}

function renderRate(row: ReviewRow): string {
  if (row.rate === null)
    return html`<td colspan="2" class="num">!${pill('none', insufficientWords(row))}</td>`;
  const interval =
    row.lower === null || row.upper === null
      ? NO_DATA
      : `${formatShare(row.lower, 1)} – ${formatShare(row.upper, 1)}`;
  return html`<td class="num"><b>${formatShare(row.rate, 1)}</b></td><td class="num dim">${interval}</td>`;
}

/** `insufficient data (12 of 30)`. */
export function insufficientWords(row: Pick<ReviewRow, 'blocksLabelled'>): string {
  return `insufficient data (${row.blocksLabelled} of ${MIN_LABELLED})`;
}

const COPY_WORDS: Readonly<Record<string, string>> = {
  SAME: 'same content',
  CONFLICT: 'conflicting content',
};

/** What did not become a record of its own in the last day. */
export function renderLedger(data: OverviewData, watermarkMs: number | null): string {
  const sum = (rows: readonly { records: number }[]) => rows.reduce((total, row) => total + row.records, 0);
  const count = (records: number) =>
    watermarkMs === null && records === 0
      ? html`<dd class="none">${NO_DATA}</dd>`
      : html`<dd>${formatCount(records)}</dd>`;
  const facts = html`<dl class="facts"><div><dt>quarantined</dt>!${count(sum(data.quarantine))}</div><div><dt>duplicates</dt>!${count(sum(data.duplicates))}</div><div><dt>quarantined without a readable tenant (whole installation)</dt>!${count(data.unattributed)}</div></dl>`;
  const rows = [
    ...data.quarantine.map((row) => ({ kind: 'quarantine', name: row.reason, records: row.records })),
    ...data.duplicates.map((row) => ({
      kind: 'duplicate',
      name: COPY_WORDS[row.content] ?? row.content.toLowerCase(),
      records: row.records,
    })),
  ].map(
    (row) =>
      html`<tr><td class="dim">${row.kind}</td><td class="id">${row.name}</td><td class="num">${formatCount(row.records)}</td></tr>`,
  );
  const body = rows.length === 0 ? facts : facts + table(['', 'Why', '#Records'], rows.join(''));
  return card('third', 'Not recorded as sent', 'last 24 hours', body);
}
