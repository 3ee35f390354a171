import type { CanaryStack } from './canary-stack.ts';
import type { AnswerBook } from './plant/answer-book.ts';

const PAGE = 1_000;

/** Reads everything that an auditor, an SRE or Prometheus can ask for, into the book of answers. */
export async function readEverything(stack: CanaryStack, answers: AnswerBook): Promise<void> {
  const { gateway, auditor } = stack.urls;
  for (const { tokens } of stack.secrets.tenants) {
    const headers = { authorization: `Bearer ${tokens.auditor}` };
    const cookie = { cookie: `docket_token=${tokens.auditor}` };
    const ids = await readPages(answers, `${auditor}/v1/decisions`, 'decisions', headers);
    for (const id of ids.slice(0, 50))
      await answers.ask('auditor', `${auditor}/v1/decisions/${id}`, { headers });
    await readPages(answers, `${auditor}/v1/access-log`, 'accesses', headers);
    for (const path of ['/', '/overview', '/overview/figures', '/login'])
      await answers.ask('pages', `${auditor}${path}`, { headers: cookie });
  }
  await answers.ask('auditor', `${auditor}/openapi.json`);
  for (const path of ['/openapi.json', '/subjects', '/schemas/ids/1'])
    await answers.ask('gateway', gateway + path);
  for (const url of Object.values(stack.urls)) {
    await answers.ask('metrics', `${url}/metrics`);
    await answers.ask('health', `${url}/healthz`);
  }
}

async function readPages(
  answers: AnswerBook,
  url: string,
  field: string,
  headers: Record<string, string>,
): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor = ''; ; ) {
    const { status, text } = await answers.ask('auditor', `${url}?limit=${PAGE}${cursor}`, { headers });
    if (status !== 200) throw new Error(`${new URL(url).pathname} answered ${status}`);
    const page = JSON.parse(text) as Record<string, unknown>;
    for (const record of page[field] as { decision_id?: string }[]) ids.push(record.decision_id ?? '');
    if (typeof page.next_cursor !== 'string') return ids.filter((id) => id !== '');
    cursor = `&cursor=${encodeURIComponent(page.next_cursor)}`;
  }
}
