import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startAuditor } from '../../services/auditor/service.ts';
import { startEvaluator } from '../../services/evaluator/service.ts';
import { startGateway } from '../../services/gateway/service.ts';
import { startRecorder } from '../../services/recorder/service.ts';
import { type RecordingStack, startRecordingStack, TEST_TENANTS } from './recorder-fixture.ts';
import { until } from './until.ts';

const ROLES = ['enforcer', 'auditor', 'reviewer', 'sre'] as const;
/** Minutes last one second: an hour's window is a minute. */
const TEST_TIMESCALE = 60;

/** Every service of Docket in this process, on a broker and a store of the test's own. */
export interface DocketUnderTest extends RecordingStack {
  readonly urls: Readonly<Record<'gateway' | 'recorder' | 'evaluator' | 'auditor', string>>;
  /** Resolves when everything appended is recorded and the minutes it was appended in are closed. */
  untilClosed(): Promise<void>;
  /** A request with a tenant's token. JSON unless the body is bytes (then gzipped JSON). */
  request(
    url: string,
    options?: { tenant?: string; role?: (typeof ROLES)[number]; body?: unknown },
  ): Promise<{ status: number; text: string; json: unknown }>;
}

/** The bearer token of a test tenant's role. */
export function tokenOf(tenant: string, role: (typeof ROLES)[number]): string {
  return `${tenant}-${role}-token`;
}

export async function startDocket(): Promise<DocketUnderTest> {
  const docket = await startRecordingStack();
  const env = {
    ...docket.recorderEnv,
    DOCKET_TENANTS_FILE: writeTenants(docket.stack.dataDir),
    DOCKET_TIMESCALE: String(TEST_TIMESCALE),
    DOCKET_EVALUATE_EVERY_MS: '700',
    DOCKET_GATEWAY_ID: 'gateway-1',
  };
  const [recorder, gateway, evaluator, auditor] = await Promise.all([
    startRecorder(env),
    startGateway(env),
    startEvaluator(env),
    startAuditor({ ...env, ...docket.vault.envOf('auditor') }),
  ]);
  // What is shown, not what is stored: the gauges follow the tables. One minute on, for coverage is judged one later.
  const shownUntilMs = async () => {
    const metrics = await (await fetch(`${evaluator.url}/metrics`)).text();
    return 1_000 * Number(/^docket_watermark_timestamp_seconds (\S+)$/m.exec(metrics)?.[1] ?? 0);
  };
  return {
    ...docket,
    urls: { gateway: gateway.url, recorder: recorder.url, evaluator: evaluator.url, auditor: auditor.url },
    untilClosed: async () => {
      await docket.untilRecorded();
      const oneMinuteOn = Date.now() + 60_000 / TEST_TIMESCALE;
      await until('the minutes are closed', async () => (await shownUntilMs()) > oneMinuteOn);
    },
    request: async (url, { tenant = 'acme', role = 'enforcer', body } = {}) => {
      const zipped = body instanceof Uint8Array;
      const response = await fetch(url, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${tokenOf(tenant, role)}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(zipped ? { 'content-encoding': 'gzip' } : {}),
        },
        ...(body === undefined ? {} : { body: zipped ? new Uint8Array(body) : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') === true;
      return { status: response.status, text, json: isJson ? JSON.parse(text) : null };
    },
    stop: async () => {
      await Promise.all([gateway.stop(), auditor.stop(), evaluator.stop()]);
      await recorder.stop();
      await docket.stop();
    },
  };
}

/** Writes the test tenants' tokens into a folder; returns the file's path. */
function writeTenants(directory: string): string {
  const file = join(directory, 'tenants.yaml');
  const tenants = TEST_TENANTS.map((id) => ({
    id,
    tokens: ROLES.map((role) => ({
      sha256: createHash('sha256').update(tokenOf(id, role)).digest('hex'),
      role,
      subject: `${role}-1`,
    })),
  }));
  writeFileSync(file, stringify({ tenants }));
  return file;
}
