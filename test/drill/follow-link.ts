import type { Stack } from '../../stack/start-stack.ts';
import type { ToldAlert } from './webhook-receiver.ts';

/** What the link of an alert leads an auditor of its tenant to: how many decisions, and what is wrong if none. */
export async function followLink(
  stack: Stack,
  alert: ToldAlert,
): Promise<{ readonly decisions: number; readonly fault: string | null }> {
  const link = alert.annotations.link ?? '';
  const tenant = stack.secrets.tenants.find(({ id }) => id === (alert.labels.tenant ?? 'acme'));
  const token = tenant?.tokens.auditor ?? '';
  if (!link.startsWith(`${stack.services.auditor.url}/go?`))
    return { decisions: 0, fault: `its link leads to ${link}` };
  const page = await fetch(link, { headers: { cookie: `docket_token=${token}` } });
  const rows = (await page.text()).match(/<tr>/g)?.length ?? 0;
  const answer = await fetch(link.replace('/go?', '/v1/go?'), {
    headers: { authorization: `Bearer ${token}` },
  });
  const body = (await answer.json()) as { decisions?: readonly unknown[] };
  const decisions = body.decisions?.length ?? 0;
  if (page.status !== 200 || answer.status !== 200)
    return { decisions, fault: `its link answers ${page.status}, as JSON ${answer.status}` };
  // One row is the head of the table.
  return { decisions, fault: decisions === 0 || rows <= 1 ? 'its link leads to no decision' : null };
}
