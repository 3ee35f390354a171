import { html } from 'ghtml';
import { formatCount, formatNumber, formatShare, NO_DATA } from './format-figures.ts';
import type { Status } from './judge-freshness.ts';
import type { Figure } from './judge-slos.ts';

/** A state in colour, shape and words. Returns HTML. */
export function pill(status: Status, words: string): string {
  return html`<span class="pill ${status}">${words}</span>`;
}

/** A figure in its colour; "no data" where there is none. Returns HTML. */
export function figure({ value, status }: Figure, format: (value: number) => string): string {
  return html`<span class="fig ${status}">${value === null ? NO_DATA : format(value)}</span>`;
}

/** A burn rate: how many times as fast as allowed. Returns HTML. */
export function burn(shown: Figure): string {
  return figure(shown, (value) => `${formatNumber(value)}×`);
}

/** What is left of a budget, as a bar and a share. Returns HTML. */
export function budgetMeter(budget: Figure): string {
  if (budget.value === null) return figure(budget, String);
  const width = Math.max(0, Math.min(1, budget.value)) * 84;
  return html`<svg class="meter ${budget.status}" viewBox="0 0 84 7" aria-hidden="true"><rect class="track" width="84" height="7"/><rect class="val" width="${width.toFixed(1)}" height="7"/></svg>!${figure(budget, (value) => formatShare(value, 1))}`;
}

/** A card with a heading and a line that says over what it is counted. `body` is HTML. Returns HTML. */
export function card(layout: string, title: string, about: string, body: string): string {
  return html`<section class="card ${layout}"><div class="head"><h2>${title}</h2><p>${about}</p></div>!${body}</section>`;
}

/** A table in a box that scrolls sideways. Headings that start with `#` are of numbers. `rows` is HTML. */
export function table(headings: readonly string[], rows: string): string {
  const cells = headings.map((text) =>
    text.startsWith('#')
      ? html`<th class="num" scope="col">${text.slice(1)}</th>`
      : html`<th scope="col">${text}</th>`,
  );
  return html`<div class="scroll"><table><thead><tr>!${cells.join('')}</tr></thead><tbody>!${rows}</tbody></table></div>`;
}

/** Counts by name with a bar each, the largest first. Returns HTML. */
export function barList(items: readonly { name: string; count: number; fill: string }[]): string {
  const largest = Math.max(1, ...items.map((item) => item.count));
  const rows = items.map(
    ({ name, count, fill }) =>
      html`<tr><td class="id">${name}</td><td class="share"><svg class="bar" viewBox="0 0 100 7" preserveAspectRatio="none" aria-hidden="true"><rect class="${fill}" width="${((100 * count) / largest).toFixed(2)}" height="7"/></svg></td><td class="num">${formatCount(count)}</td></tr>`,
  );
  return html`<div class="scroll"><table><tbody>!${rows.join('')}</tbody></table></div>`;
}

/** Says that there is nothing, and why. Returns HTML. */
export function nothing(words: string): string {
  return html`<p class="empty">${words}</p>`;
}
