import { html } from 'ghtml';
import { formatAge, formatCount, formatDay, formatShare } from './format-figures.ts';
import { type EnforcerLine, judgeEnforcer } from './judge-enforcer.ts';
import type { Status } from './judge-freshness.ts';
import type { DeployRow, OverviewData } from './overview-data.ts';
import { card, nothing, pill, table } from './render-parts.ts';

const SHOWN = 12;
const ORDER: Readonly<Record<Status, number>> = { bad: 0, warn: 1, none: 2, good: 3 };
const HEADINGS = ['Enforcer', 'Service', '', '#Last heard', '#Missing decisions'];

/** Enforcers and when they were last heard of; those that need a look come first. */
export function renderEnforcers(data: OverviewData, watermarkMs: number | null): string {
  const lines = data.enforcers
    .map((row) => judgeEnforcer(row, data.nowMs, watermarkMs))
    .sort((a, b) => ORDER[a.status] - ORDER[b.status] || b.ageMs - a.ageMs || (a.id < b.id ? -1 : 1));
  const about = 'silent: three heartbeats missed; missing: announced in a sequence, recorded nowhere';
  if (lines.length === 0)
    return card('half broad', 'Enforcers', about, nothing('No data: no enforcer was ever heard of.'));
  const shown = table(HEADINGS, lines.slice(0, SHOWN).map(renderEnforcer).join(''));
  const rest = lines.slice(SHOWN);
  const more =
    rest.length === 0
      ? ''
      : html`<details><summary>${formatCount(rest.length)} more</summary>!${table(HEADINGS, rest.map(renderEnforcer).join(''))}</details>`;
  return card('half broad', 'Enforcers', about, shown + more);
}

function renderEnforcer(line: EnforcerLine): string {
  const missing =
    line.missing === null
      ? html`<span class="fig none">unknown</span>`
      : html`<span class="fig ${line.missing > 0 ? 'bad' : ''}">${formatCount(line.missing)}</span>`;
  return html`<tr><td class="id">${line.id}</td><td class="id dim">${line.services.join(', ') || '–'}</td><td>!${pill(line.status, line.note)}</td><td class="num">${formatAge(line.ageMs)}</td><td class="num">!${missing}</td></tr>`;
}

const STEPS: Readonly<Record<string, readonly [Status, string]>> = {
  DEPLOYED: ['none', 'deployed'],
  ACTIVATED: ['good', 'activated'],
  ROLLED_BACK: ['warn', 'rolled back'],
  DEPLOY_FAILED: ['bad', 'deploy failed'],
  GATE_FAILED: ['bad', 'gate failed'],
};

/** The last changes of what is enforced. */
export function renderDeploys(rows: readonly DeployRow[]): string {
  const about = 'newest first';
  if (rows.length === 0)
    return card('third', 'Policy deploys', about, nothing('No data: no policy change was reported yet.'));
  const lines = rows.map((row) => {
    const [status, words] = STEPS[row.step] ?? (['none', row.step.toLowerCase()] as const);
    const where = [row.region, row.rolloutShare === null ? null : formatShare(row.rolloutShare, 0)]
      .filter((part) => part !== null)
      .join(' · ');
    return html`<tr><td><span class="id">${row.policyId}</span> <span class="id dim">${row.policyVersion}</span></td><td>!${pill(status, words)}</td><td class="small dim">${where}</td><td class="num small dim">${formatDay(row.occurredMs)}</td></tr>`;
  });
  return card('third', 'Policy deploys', about, table(['Policy', 'Step', 'Where', '#UTC'], lines.join('')));
}
