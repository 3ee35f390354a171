import { html } from 'ghtml';
import type { AlertState } from '../../../domain/slo/judge-alerts.ts';
import { formatCount, formatDay, formatShare } from './format-figures.ts';
import type { SloLine } from './judge-slos.ts';
import { OVERVIEW_WINDOWS } from './overview-data.ts';
import { budgetMeter, burn, card, figure, nothing, pill, table } from './render-parts.ts';

const HEADINGS = [
  'Service and its policy in force',
  '#Objective',
  '#Good, last hour',
  'Alerts',
  'Budget left',
  ...OVERVIEW_WINDOWS.map((window, index) => (index === 0 ? `#Burn ${window}` : `#${window}`)),
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
  const start = html`<td><span class="id">!${renderLink(line, tenant)}</span><div class="under">!${renderSince(line)}</div></td><td class="num dim">${objective}</td>`;
  const good =
    line.noData === ''
      ? html`<td class="num">!${figure(line.sli, (value) => formatShare(value))}<div class="under">${formatCount(line.bad)} of ${formatCount(line.total)} bad</div></td>`
      : html`<td class="num"><span class="fig none">no data</span><div class="under">${line.noData}</div></td>`;
  return html`<tr>!${start}!${good}<td>!${renderAlerts(line.alerts)}</td><td class="small whole">!${renderBudget(line)}</td>!${renderBurns(line)}</tr>`;
}

/** A cell for each window; one for all where none has data. */
function renderBurns({ burn: burns }: SloLine): string {
  if (OVERVIEW_WINDOWS.every((window) => burns[window].value === null))
    return html`<td class="num" colspan="${OVERVIEW_WINDOWS.length}"><span class="fig none">no data</span></td>`;
  return OVERVIEW_WINDOWS.map((window) => html`<td class="num small">!${burn(burns[window])}</td>`).join('');
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
    line.budgetStartMs === null ? '' : html`<div class="under">since ${formatDay(line.budgetStartMs)}</div>`;
  return budgetMeter(line.budget) + since;
}

function renderSince({ since }: SloLine): string {
  if (since === null) return html`no change on record`;
  const words = since.step === 'ROLLED_BACK' ? 'rolled back' : 'active';
  return html`${since.policyId} <b>${since.policyVersion}</b>, ${words} since ${formatDay(since.sinceMs)}`;
}
