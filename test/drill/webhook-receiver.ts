import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const labels = z.record(z.string(), z.string());
const notificationSchema = z.object({
  groupLabels: labels,
  alerts: z.array(
    z.object({
      status: z.enum(['firing', 'resolved']),
      labels,
      annotations: labels,
      fingerprint: z.string(),
    }),
  ),
});

/** An alert as it was told, and when. */
export interface ToldAlert {
  readonly route: string;
  readonly atMs: number;
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly fingerprint: string;
}

export interface WebhookReceiver {
  readonly url: string;
  /** Everything told so far, in order. */
  readonly told: readonly ToldAlert[];
  stop(): Promise<void>;
}

/** Stands where a pager would: keeps what Alertmanager tells. The path of the webhook is the route. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const told: ToldAlert[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const parsed = notificationSchema.safeParse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    if (!parsed.success) return response.writeHead(400).end();
    const { alerts, groupLabels } = parsed.data;
    const route = (request.url ?? '').replace(/^\//, '');
    for (const alert of alerts) told.push({ ...alert, groupLabels, route, atMs: Date.now() });
    return response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    told,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
