import { html } from 'ghtml';
import type { Slo } from '../../../domain/slo/definition.ts';
import { formatAge, formatClock, formatCount, formatNumber, formatShare, NO_DATA } from './format-figures.ts';
import { type Freshness, judgeFreshness, type Status } from './judge-freshness.ts';
import { judgeSlos, type SloLine } from './judge-slos.ts';
import type { OverviewData } from './overview-data.ts';
import { renderDeploys, renderEnforcers } from './render-fleet.ts';
import { insufficientWords, renderDrift, renderLedger, renderReviews } from './render-quality.ts';
import { renderSlos } from './render-slos.ts';
import { countEnforced, renderOutcomes, renderTraffic } from './render-traffic.ts';

export interface Overview {
  readonly tenant: string;
  readonly watermarkMs: number | null;
  readonly data: OverviewData;
  readonly slos: readonly Slo[];
}

/** The figures of the page, without its frame: what is fetched anew every few seconds. Returns HTML. */
export function renderOverview({ tenant, watermarkMs, data, slos }: Overview): string {
  const freshness = judgeFreshness(watermarkMs, data.closed, data.nowMs);
  const lines = judgeSlos(data, slos, tenant);
  return html`!${renderBanner(freshness)}<div class="grid">
!${renderFreshness(freshness, data)}!${renderVolume(data)}!${renderWorstBurn(lines)}!${renderFalsePositives(data)}
!${renderTraffic(data)}!${renderOutcomes(data)}
!${renderSlos(lines, tenant)}
!${renderDrift(data.drift)}!${renderReviews(data.reviews)}
!${renderEnforcers(data, watermarkMs)}<div class="column">!${renderLedger(data, watermarkMs)}!${renderDeploys(data.deploys)}</div>
</div><footer>Read at ${formatClock(data.nowMs)} UTC. Figures are of closed minutes only${data.closed === null ? '' : html`, up to ${formatClock(data.closed.untilMs)} UTC`}; “no data” is neither good nor bad.</footer>`;
}

function renderBanner(freshness: Freshness): string {
  if (freshness.status === 'good') return '';
  const title = freshness.blind ? 'Blind' : 'No figures yet';
  return html`<div class="banner ${freshness.status}" role="alert"><b>${title}</b><span>${freshness.reason}</span></div>`;
}

function tile(status: Status, title: string, big: string, about: string): string {
  return html`<section class="card tile ${status}"><h2>${title}</h2><p class="big ${status}">${big}</p><p class="sub">${about}</p></section>`;
}

function renderFreshness(freshness: Freshness, data: OverviewData): string {
  const age = freshness.ageMs === null ? 'never recorded' : `${formatAge(freshness.ageMs)} old`;
  const until =
    data.closed === null ? 'no minute closed' : `figures up to ${formatClock(data.closed.untilMs)} UTC`;
  return freshness.blind
    ? tile('bad', 'Watermark', 'blind', `${age} · ${until}`)
    : tile(freshness.status, 'Watermark', age, until);
}

function renderVolume(data: OverviewData): string {
  const total = countEnforced(data);
  if (total === 0) return tile('none', 'Decisions, last hour', NO_DATA, 'nothing was enforced');
  const services = new Set(data.services.map((row) => row.service)).size;
  const about = `${formatCount(services)} ${services === 1 ? 'service' : 'services'}, ${formatCount(data.enforcers.length)} ${data.enforcers.length === 1 ? 'enforcer' : 'enforcers'}`;
  return tile('good', 'Decisions, last hour', formatCount(total), about);
}

function renderWorstBurn(lines: readonly SloLine[]): string {
  const judged = lines.filter((line) => line.burn['1h'].value !== null);
  const worst = judged.toSorted((a, b) => (b.burn['1h'].value ?? 0) - (a.burn['1h'].value ?? 0))[0];
  const silent = lines.length - judged.length;
  const without = silent === 0 ? '' : ` · ${silent} of ${lines.length} without data`;
  if (worst === undefined)
    return tile('none', 'Fastest burn, last hour', NO_DATA, 'no objective can be judged');
  const { value, status } = worst.burn['1h'];
  const about = value === 0 ? `nothing failed${without}` : `${worst.slo}, ${worst.service}${without}`;
  return tile(status, 'Fastest burn, last hour', `${formatNumber(value ?? 0)}×`, about);
}

function renderFalsePositives(data: OverviewData): string {
  const all = data.reviews.find((row) => row.policyId === '*');
  if (all === undefined) return tile('none', 'False positives', NO_DATA, 'no block was reviewed');
  if (all.rate === null) return tile('none', 'False positives', NO_DATA, insufficientWords(all));
  const interval = `${formatShare(all.lower, 1)} – ${formatShare(all.upper, 1)}`;
  return tile(
    'good',
    'False positives',
    formatShare(all.rate, 1),
    `${interval} of ${all.blocksLabelled} reviewed blocks`,
  );
}
