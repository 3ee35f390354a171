import { html } from 'ghtml';

type Json = Readonly<Record<string, unknown>>;

const COLUMNS = [
  'append_time',
  'service',
  'policy',
  'version',
  'outcome',
  'fallback',
  'latency_us',
  'rules',
  'decision_id',
];

/** The decisions behind an alert as HTML: a table, each row with the path of its whole record. */
export function renderGo(body: Json): string {
  const decisions = Array.isArray(body.decisions) ? (body.decisions as readonly Json[]) : [];
  const rows = decisions.map((decision) => {
    const cells = COLUMNS.map((column) => html`<td>!${cellOf(decision, column)}</td>`).join('');
    return html`<tr>!${cells}</tr>`;
  });
  const head = COLUMNS.map((column) => html`<th>${column}</th>`).join('');
  return html`<section class="card"><h2>Decisions behind the alert</h2>
<p class="sub">The newest ${String(decisions.length)} up to ${String(body.to)}. A click on an id opens the whole record.</p>
<table><thead><tr>!${head}</tr></thead><tbody>!${rows.join('')}</tbody></table></section>`;
}

function cellOf(decision: Json, column: string): string {
  const text = textOf(decision, column);
  if (column !== 'decision_id') return html`${text}`;
  const enforcer = String(((decision.enforcer ?? {}) as Json).id ?? '');
  const path = `/decisions/${encodeURIComponent(text)}?${new URLSearchParams({ enforcer })}`;
  return html`<a href="${path}">${text}</a>`;
}

function textOf(decision: Json, column: string): string {
  const policy = (decision.policy ?? {}) as Json;
  if (column === 'policy') return String(policy.id ?? '');
  if (column === 'version') return String(policy.version ?? '');
  if (column === 'rules')
    return ((decision.rules ?? []) as readonly Json[]).map(({ id }) => String(id)).join(' ');
  return String(decision[column] ?? '');
}
