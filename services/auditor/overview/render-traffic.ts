import { html } from 'ghtml';
import { formatClock, formatCount, formatShare } from './format-figures.ts';
import type { MinuteCount, OutcomeCount, OverviewData } from './overview-data.ts';
import { barList, card, nothing } from './render-parts.ts';

const HOUR_BUCKETS = 60;
const HEIGHT = 132;
const SERIES = [
  { key: 'allowed', fill: 'allow', words: 'allowed' },
  { key: 'other', fill: 'other', words: 'changed, warned or sent to review' },
  { key: 'blocked', fill: 'deny', words: 'blocked' },
  { key: 'failed', fill: 'fail', words: 'error or undefined' },
] as const;

/** Enforced decisions of the last hour, minute by minute, as stacked bars. A minute not closed is a grey gap. */
export function renderTraffic(data: OverviewData): string {
  const { closed } = data;
  const about = 'enforced decisions per minute, last hour, by the broker’s clock; probes left out';
  if (closed === null) return card('wide', 'Decisions', about, nothing('No data: no minute is closed yet.'));
  const from = closed.untilMs - HOUR_BUCKETS * closed.bucketMs;
  const peak = Math.max(1, ...data.minutes.map(sumOf));
  const byBucket = new Map(
    data.minutes.map((minute) => [Math.round((minute.minuteMs - from) / closed.bucketMs), minute]),
  );
  const bars = Array.from({ length: HOUR_BUCKETS }, (_, bucket) =>
    renderMinute(bucket, byBucket.get(bucket), peak),
  );
  const legend = SERIES.map(
    ({ fill, words }) =>
      html`<span><svg viewBox="0 0 9 9" aria-hidden="true"><rect class="${fill}" width="9" height="9" rx="2"/></svg>${words}</span>`,
  );
  const body = html`<svg class="chart" viewBox="0 0 600 ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="Decisions per minute">!${bars.join('')}<line class="axis" x1="0" x2="600" y1="${HEIGHT - 0.5}" y2="${HEIGHT - 0.5}"/></svg>
<div class="legend"><span>${formatClock(from)}</span>!${legend.join('')}<span class="end">peak ${formatCount(peakOf(data))} a minute · ${formatClock(closed.untilMs)} UTC</span></div>`;
  return card('wide', 'Decisions', about, body);
}

function peakOf(data: OverviewData): number {
  return Math.max(0, ...data.minutes.map(sumOf));
}

function sumOf(minute: MinuteCount): number {
  return minute.allowed + minute.blocked + minute.failed + minute.other;
}

function renderMinute(bucket: number, minute: MinuteCount | undefined, peak: number): string {
  const x = bucket * 10 + 1;
  if (minute === undefined) return html`<rect class="gap" x="${x}" y="0" width="8" height="${HEIGHT}"/>`;
  let y = HEIGHT;
  return SERIES.map(({ key, fill }) => {
    const height = (minute[key] / peak) * (HEIGHT - 4);
    y -= height;
    return height === 0
      ? ''
      : html`<rect class="${fill}" x="${x}" y="${y.toFixed(2)}" width="8" height="${height.toFixed(2)}"/>`;
  }).join('');
}

const FILLS: Readonly<Record<string, string>> = {
  ALLOW: 'allow',
  DENY: 'deny',
  ERROR: 'fail',
  UNDEFINED: 'fail',
};

/** Decisions of the last hour by outcome; what was not enforced, and probes, are said apart. */
export function renderOutcomes(data: OverviewData): string {
  const enforced = data.outcomes.filter((row) => row.mode === 'ENFORCE' && !row.probe);
  const byOutcome = new Map<string, number>();
  for (const row of enforced) byOutcome.set(row.outcome, (byOutcome.get(row.outcome) ?? 0) + row.decisions);
  const items = [...byOutcome]
    .map(([name, count]) => ({ name, count, fill: FILLS[name] ?? 'other' }))
    .sort((a, b) => b.count - a.count);
  const total = countEnforced(data);
  const blocked = byOutcome.get('DENY') ?? 0;
  const list =
    total === 0
      ? nothing('No data: nothing was enforced in the last hour.')
      : html`!${barList(items)}<p class="sub">${formatShare(blocked / total)} blocked</p>`;
  return card('third', 'Outcomes', 'last hour', list + renderOthers(data.outcomes));
}

/** How many decisions were enforced in the last hour, probes left out. */
export function countEnforced(data: OverviewData): number {
  return data.outcomes
    .filter((row) => row.mode === 'ENFORCE' && !row.probe)
    .reduce((sum, row) => sum + row.decisions, 0);
}

function renderOthers(outcomes: readonly OutcomeCount[]): string {
  const sum = (of: (row: OutcomeCount) => boolean) =>
    outcomes.filter(of).reduce((total, row) => total + row.decisions, 0);
  const parts = [
    { words: 'shadow', count: sum((row) => row.mode === 'SHADOW' && !row.probe) },
    { words: 'dry run', count: sum((row) => row.mode === 'DRY_RUN' && !row.probe) },
    { words: 'probes', count: sum((row) => row.probe) },
  ].filter((part) => part.count > 0);
  if (parts.length === 0) return '';
  const words = parts.map((part) => `${formatCount(part.count)} ${part.words}`).join(', ');
  return html`<p class="sub">not in these figures: ${words}</p>`;
}
