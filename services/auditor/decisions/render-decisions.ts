import { html } from 'ghtml';
import { formatCount } from '../overview/format-figures.ts';
import { card, nothing, table } from '../overview/render-parts.ts';

type Json = Readonly<Record<string, unknown>>;

const HEADINGS = [
  'Appended',
  'Service',
  'Policy',
  'Outcome',
  'Effect',
  'Rules',
  '#Latency',
  'Rationale',
  'Decision',
];

/** A page of a search: each decision in a row, with its rationale and what was redacted of it. Returns HTML. */
export function renderDecisions(page: Json, heading = 'Decisions, newest first'): string {
  const about = `from ${text(page.from)} to ${text(page.to)}${page.complete === true ? '' : '; not everything of it is recorded yet'}`;
  const decisions = list(page.decisions);
  if (decisions.length === 0) return card('', heading, about, nothing('No decision fits.'));
  const more =
    page.next_cursor === null ? '' : html`<p class="sub">There are more: narrow the search or its time.</p>`;
  return card('', heading, about, table(HEADINGS, decisions.map(renderRow).join('')) + more);
}

function renderRow(decision: Json): string {
  const policy = record(decision.policy);
  const id = text(decision.decision_id);
  const path = `/decisions/${encodeURIComponent(id)}?${new URLSearchParams({ enforcer: text(record(decision.enforcer).id) })}`;
  return html`<tr><td class="small">${text(decision.append_time)}</td><td class="id">${text(decision.service)}</td><td class="id">${text(policy.id)} <span class="dim">${text(policy.version)}</span></td><td>${text(decision.outcome)}</td><td class="small dim">${effectOf(decision)}</td><td class="id">${rulesOf(decision)}</td><td class="num">${formatLatency(decision.latency_us)}</td><td class="small">${text(decision.rationale)} !${renderMarkers(decision)}</td><td class="id"><a href="${path}">${id}</a></td></tr>`;
}

/** One decision: what it was about, why, what was redacted of it, and the whole record. Returns HTML. */
export function renderDecision(found: Json): string {
  const decision = record(found.decision);
  const policy = record(decision.policy);
  const model = decision.model === null ? null : record(decision.model);
  const facts: readonly (readonly [string, string])[] = [
    ['outcome', text(decision.outcome)],
    ['effect', effectOf(decision)],
    ['policy', `${text(policy.id)} ${text(policy.version)}`],
    ['model', model === null ? 'none' : `${text(model.id)} ${text(model.version)}`],
    ['service', `${text(decision.service)}, ${text(decision.enforcement_point)}, ${text(decision.region)}`],
    ['latency', formatLatency(decision.latency_us)],
    ['decided', text(decision.decided_at)],
    ['request', text(decision.request_id)],
  ];
  const labels = list(found.labels).map((label) => `${text(label.verdict)} (${text(label.source)})`);
  const body = html`<dl class="facts">!${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd class="small">${value}</dd></div>`).join('')}</dl>
<h2>Why</h2><p>${text(decision.rationale) || 'no rationale was given'}</p>
<p class="sub">rules: ${rulesOf(decision) || 'none'}${labels.length === 0 ? '' : ` · labels: ${labels.join(', ')}`}</p>
<h2>Redacted</h2>!${renderRedactions(decision)}
<details><summary>Whole record</summary><pre class="id">${JSON.stringify(found, null, 2)}</pre></details>`;
  return card('', 'Decision', text(decision.decision_id), body);
}

/** Marks what is not the sender's own text any more: how much of which field, and by which rule. */
function renderRedactions(decision: Json): string {
  const rows = list(decision.redactions).map(
    (mark) =>
      html`<tr><td class="id">${text(mark.path)}</td><td>${text(mark.class)}</td><td class="id">${text(mark.rule)}</td><td class="num">${formatCount(Number(mark.count ?? 0))}</td></tr>`,
  );
  if (rows.length === 0) return nothing('nothing was redacted');
  return table(['Field', 'Class', 'Rule', '#Places'], rows.join(''));
}

function renderMarkers(decision: Json): string {
  const marks = list(decision.redactions).map((mark) => text(mark.path));
  return marks.length === 0
    ? ''
    : html`<span class="pill warn" title="redacted: ${marks.join(', ')}">${String(marks.length)} redacted</span>`;
}

function effectOf(decision: Json): string {
  const fallback = text(decision.fallback);
  return fallback === '' || fallback === 'NONE'
    ? text(decision.applied)
    : `${text(decision.applied)}, ${fallback}`;
}

function rulesOf(decision: Json): string {
  return list(decision.rules)
    .map((rule) => `${text(rule.id)}${rule.overridden === true ? ' (overridden)' : ''}`)
    .join(' ');
}

function formatLatency(latencyUs: unknown): string {
  return `${(Number(latencyUs ?? 0) / 1000).toFixed(1)} ms`;
}

function text(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(record) : [];
}
