import { html } from 'ghtml';
import { formatCount, formatShare } from './format-figures.ts';
import type { SloLine } from './judge-slos.ts';
import { budgetMeter, burn, card, figure, nothing, table } from './render-parts.ts';

const HEADINGS = [
  'Service',
  '#Objective',
  '#Good, last hour',
  '#Bad of total',
  '#Burn 5m',
  '#1h',
  '#6h',
  'Budget left, 30 days',
];

/** Objectives, each with its services. A burn rate of 1 spends the budget exactly within its 30 days. */
export function renderSlos(lines: readonly SloLine[]): string {
  const about = 'burn rate: how many times as fast as the budget allows; red is where a page fires';
  if (lines.length === 0)
    return card('', 'Objectives', about, nothing('No data: no service has been heard of yet.'));
  const rows = lines.map((line, index) =>
    line.slo === lines[index - 1]?.slo ? renderLine(line) : renderGroup(line) + renderLine(line),
  );
  return card('', 'Objectives', about, table(HEADINGS, rows.join('')));
}

function renderGroup(line: SloLine): string {
  return html`<tr class="group"><td colspan="8"><b>${line.slo}</b><span>${line.description}</span></td></tr>`;
}

function renderLine(line: SloLine): string {
  const start = html`<td class="id">${line.service}</td><td class="num dim">${line.objective === null ? 'a count' : formatShare(line.objective, 1)}</td>`;
  const budget = html`<td class="small">!${budgetMeter(line.budget)}</td>`;
  if (line.noData !== '') {
    return html`<tr>!${start}<td colspan="2" class="num small"><span class="fig none">no data: ${line.noData}</span></td>!${renderBurns(line)}!${budget}</tr>`;
  }
  return html`<tr>!${start}<td class="num">!${figure(line.sli, (value) => formatShare(value))}</td><td class="num dim">${formatCount(line.bad)} of ${formatCount(line.total)}</td>!${renderBurns(line)}!${budget}</tr>`;
}

function renderBurns(line: SloLine): string {
  return (['5m', '1h', '6h'] as const)
    .map((window) => html`<td class="num">!${burn(line.burn[window])}</td>`)
    .join('');
}
