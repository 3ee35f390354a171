import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { BADGE_PATTERN } from '../../stack/fleet/act-out.ts';
import { type Stack, startStack } from '../../stack/start-stack.ts';
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const rulesetSchema = z.looseObject({
  detectors: z.looseObject({ 'api-key': z.looseObject({ keys: z.array(z.unknown()) }) }),
});
const routesSchema = z.object({ route: z.object({ group_by: z.array(z.string()) }) });

export interface DrillStack {
  readonly stack: Stack;
  readonly webhook: WebhookReceiver;
  /** By what deploy's Alertmanager groups. */
  readonly groupBy: readonly string[];
  stop(): Promise<void>;
}

export interface DrillStackOptions {
  readonly timescale: number;
  readonly rate: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

/**
 * The whole local stack with Prometheus, and Alertmanager with deploy's routes and a webhook that listens. The
 * evaluator has newer rules of redaction than everybody else: it knows badge numbers, so that what was recorded
 * before they reached the recorder is a leak, as it would be in life.
 */
export async function startDrillStack({
  timescale,
  rate,
  seed,
  say,
}: DrillStackOptions): Promise<DrillStack> {
  const dataDir = mkdtempSync(join(tmpdir(), 'docket-drill-'));
  const webhook = await startWebhookReceiver();
  const remove = async () => {
    await webhook.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const redactionFile = join(dataDir, 'newest-redaction.yaml');
    writeFileSync(redactionFile, await newestRules());
    const { route } = routesSchema.parse(
      parse(await readFile(join(ROOT, 'deploy/alertmanager/alertmanager.yml'), 'utf8')),
    );
    const stack = await startStack(
      {
        ...{ timescale, rate, seed, dataDir, freePorts: true, prometheus: true, fresh: false },
        playForSeconds: null,
        scenario: 'normal',
        alertWebhook: webhook.url,
        settings: {
          evaluator: {
            DOCKET_REDACTION_FILE: redactionFile,
            // Nothing here was made by the newest rules: all of it is looked through.
            DOCKET_LEAK_SCAN_ROWS_PER_S: '1000',
            DOCKET_EVALUATE_EVERY_MS: '1000',
          },
          // Every insert costs the store the same, however few records it has.
          recorder: {
            DOCKET_FLUSH_INTERVAL_MS: '500',
            DOCKET_PROGRESS_INTERVAL_MS: '1000',
            DOCKET_IDLE_WATERMARK_MS: '1000',
          },
        },
      },
      say,
    );
    const stop = async () => {
      await stack.stop();
      await remove();
    };
    if (stack.watchers.prometheusUrl === null || stack.watchers.alertmanagerUrl === null) {
      await stop();
      throw new Error(
        'The drill needs Prometheus and Alertmanager (Debian: apt install prometheus prometheus-alertmanager).',
      );
    }
    return { stack, webhook, groupBy: route.group_by, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The built-in rules and one more. */
async function newestRules(): Promise<string> {
  const rules = rulesetSchema.parse(parse(await readFile(join(ROOT, 'config/redaction.yaml'), 'utf8')));
  rules.detectors['api-key'].keys.push({ name: 'staff-badge', hints: ['STF-'], pattern: BADGE_PATTERN });
  return stringify(rules);
}
