import { createHash } from 'node:crypto';
import { html } from 'ghtml';
import { PAGE_STYLE } from './page-style.ts';

/** Fetches the figures anew; when that fails the page says so, and since when: an old page must not look alive. */
const REFRESH_SCRIPT = `
const figures = document.getElementById('figures');
const stale = document.getElementById('stale');
let since = new Date();
const refresh = async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch('/overview/figures', { cache: 'no-store', signal: AbortSignal.timeout(10000) });
    if (answer.status === 401) return location.reload();
    if (!answer.ok) throw new Error();
    const text = await answer.text();
    const open = [...figures.querySelectorAll('details')].map((each) => each.open);
    figures.innerHTML = text;
    figures.querySelectorAll('details').forEach((each, index) => { each.open = open[index] === true; });
    since = new Date();
    stale.hidden = true;
  } catch {
    stale.querySelector('time').textContent = since.toISOString().slice(11, 19) + ' UTC';
    stale.hidden = false;
  }
};
setInterval(refresh, 5000);
document.addEventListener('visibilitychange', refresh);
`;

const MARK = `<svg viewBox="0 0 24 24" aria-hidden="true"><rect x="2" y="3" width="20" height="18" rx="5" fill="#d9822b"/><path d="M6 15.5 9.5 11l3 3 5.5-6.5" fill="none" stroke="#fff" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

/**
 * What the browser may do with a page: its own style and script, by their digests, and nothing from elsewhere. A
 * value that slipped through escaping could not run.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src '${digest(PAGE_STYLE)}'`,
  `script-src '${digest(REFRESH_SCRIPT)}'`,
  "connect-src 'self'",
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function frame(title: string, body: string): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title><link rel="icon" href="data:,"><style>!${PAGE_STYLE}</style></head>
<body>!${body}</body></html>`;
}

/** Whose page it is. */
type Shown = { readonly tenantId: string; readonly role: string };

/** The whole page. `figures` is the HTML of `renderOverview`. */
export function renderPage(reader: Shown, figures: string): string {
  const body = html`!${renderHeader(reader)}
<main><noscript><div class="banner warn"><b>This page does not refresh itself</b><span>Scripts are off; reload to see newer figures.</span></div></noscript>
<div class="banner bad" id="stale" role="alert" hidden><b>Not refreshed since <time></time></b><span>The auditor does not answer: the figures below are old.</span></div>
<div id="figures">!${figures}</div></main><script>!${REFRESH_SCRIPT}</script>`;
  return frame(`Docket · ${reader.tenantId}`, body);
}

/** A page that stays as it is: what was found for one question. `body` is HTML. */
export function renderAnswer(reader: Shown, body: string): string {
  return frame(`Docket · ${reader.tenantId}`, html`!${renderHeader(reader)}<main>!${body}</main>`);
}

function renderHeader(reader: Shown): string {
  return html`<header class="top"><h1><a class="brand" href="/">!${MARK}Docket</a></h1><span class="who">tenant <b>${reader.tenantId}</b> · ${reader.role}</span><form method="post" action="/logout"><button>Sign out</button></form></header>`;
}

/** Stands for the figures when there are none. `reason` says why, and what happens next. Returns HTML. */
export function renderFailure(reason: string): string {
  return html`<div class="banner bad" role="alert"><b>Blind</b><span>${reason}</span></div>`;
}

/** The form that takes a token. `problem` says what was wrong with the last one; empty at first. */
export function renderLogin(problem: string): string {
  const banner =
    problem === '' ? '' : html`<div class="banner bad" role="alert"><span>${problem}</span></div>`;
  const body = html`<main class="card login"><h1 class="brand">!${MARK}Docket</h1><p class="sub">Enforcement of one tenant, at a glance. Sign in with your access token.</p>!${banner}<form method="post" action="/login"><label for="token">Access token</label><input id="token" name="token" type="password" required autocomplete="current-password" autofocus><button>Sign in</button></form></main>`;
  return frame('Docket · sign in', body);
}
