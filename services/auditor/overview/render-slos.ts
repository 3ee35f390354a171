import { html } from 'ghtml';
import type { AlertState } from '../../../domain/slo/judge-alerts.ts';
import { formatCount, formatDay, formatShare } from './format-figures.ts';
import type { SloLine } from './judge-slos.ts';
import { OVERVIEW_WINDOWS } from './overview-data.ts';
import { budgetMeter, burn, card, figure, nothing, pill, table } from './render-parts.ts';

const HEADINGS = [
  'Service',
  '#Objective',
  '#Good, last hour',
  '#Bad of total',
  'Alerts',
  ...OVERVIEW_WINDOWS.map((window, index) => (index === 0 ? `#Burn ${window}` : `#${window}`)),
  'Budget left',
  'Policy in force',
];

/** Objectives, each with its services. A burn rate of 1 spends the budget exactly within its window. */
export function renderSlos(lines: readonly SloLine[], tenant: string): string {
  const about =
    'as the evaluator exports them; burn rate: how many times as fast as the budget allows; red is where a page starts';
  if (lines.length === 0)
    return card('', 'Objectives', about, nothing('No data: no service has been heard of yet.'));
  const rows = lines.map((line, index) => {
    const row = renderLine(line, tenant);
    return line.slo === lines[index - 1]?.slo ? row : renderGroup(line) + row;
  });
  return card('', 'Objectives', about, table(HEADINGS, rows.join('')));
}

function renderGroup(line: SloLine): string {
  return html`<tr class="group"><td colspan="${HEADINGS.length}"><b>${line.slo}</b><span>${line.description}</span></td></tr>`;
}

function renderLine(line: SloLine, tenant: string): string {
  const objective = line.objective === null ? 'a count' : formatShare(line.objective, 1);
  const start = html`<td class="id">!${renderLink(line, tenant)}</td><td class="num dim">${objective}</td>`;
  const counts =
    line.noData === ''
      ? html`<td class="num">!${figure(line.sli, (value) => formatShare(value))}</td><td class="num dim">${formatCount(line.bad)} of ${formatCount(line.total)}</td>`
      : html`<td colspan="2" class="small"><span class="fig none">no data: ${line.noData}</span></td>`;
  return html`<tr>!${start}!${counts}<td>!${renderAlerts(line.alerts)}</td>!${renderBurns(line)}<td class="small">!${renderBudget(line)}</td><td class="small">!${renderSince(line)}</td></tr>`;
}

/** A cell for each window; one for all where none has data. */
function renderBurns({ burn: burns }: SloLine): string {
  if (OVERVIEW_WINDOWS.every((window) => burns[window].value === null))
    return html`<td class="num" colspan="${OVERVIEW_WINDOWS.length}"><span class="fig none">no data</span></td>`;
  return OVERVIEW_WINDOWS.map((window) => html`<td class="num">!${burn(burns[window])}</td>`).join('');
}

/** The service, as a link to the decisions behind its figures; that they are looked at is recorded. */
function renderLink(line: SloLine, tenant: string): string {
  if (line.untilMs === null) return html`${line.service}`;
  const about = { slo: line.slo, tenant, service: line.service, at: String(line.untilMs / 1000) };
  const query = new URLSearchParams(about).toString();
  return html`<a href="/go?${query}" title="the decisions behind it">${line.service}</a>`;
}

/** Each alert whose condition holds, by its long window; quiet only where there was something to judge. */
function renderAlerts(alerts: readonly AlertState[]): string {
  const holding = alerts.filter(({ holds }) => holds === true);
  if (holding.length > 0) {
    return holding
      .map(({ severity, window }) => pill(severity === 'page' ? 'bad' : 'warn', `${severity} ${window}`))
      .join(' ');
  }
  const judged = alerts.filter(({ holds }) => holds !== null).length;
  if (judged === 0) return pill('none', 'not judged');
  return judged === alerts.length
    ? pill('good', 'quiet')
    : pill('good', `quiet, ${judged} of ${alerts.length}`);
}

function renderBudget(line: SloLine): string {
  const since =
    line.budgetStartMs === null ? '' : html` <span class="dim">since ${formatDay(line.budgetStartMs)}</span>`;
  return budgetMeter(line.budget) + since;
}

function renderSince({ since }: SloLine): string {
  if (since === null) return html`<span class="fig none">no change on record</span>`;
  const words = since.step === 'ROLLED_BACK' ? 'rolled back' : 'active';
  return html`<span class="id">${since.policyId}</span> <span class="id dim">${since.policyVersion}</span> <span class="dim">${words} since ${formatDay(since.sinceMs)}</span>`;
}
