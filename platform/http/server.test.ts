import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '../log/logger.ts';
import { createMetricsRegistry } from '../prometheus/metrics-registry.ts';
import { createHttpServer } from './server.ts';

const SECRET = 'jane.doe.of.the.example';
const CASES: readonly (readonly [what: string, url: string, status: number, code: string])[] = [
  ['is nowhere', `/nothing/${SECRET}`, 404, 'not_found'],
  ['is too long', `/records/${SECRET.repeat(20)}`, 414, 'path_too_long'],
  ['is not encoded as a URL is', `/records/%zz${SECRET}`, 400, 'bad_request'],
];

for (const [what, url, status, code] of CASES) {
  test(`a path that ${what} is not said back`, async () => {
    const log = createLogger('test', 'silent', { look: () => null, found: () => {} });
    const server = createHttpServer({ log, metrics: createMetricsRegistry(), maxBodyBytes: 1_000 });
    server.get('/records/:id', async () => 'found');
    const answer = await server.inject({ method: 'GET', url });
    assert.deepEqual([answer.statusCode, answer.json().error.code], [status, code]);
    assert.doesNotMatch(answer.body, /jane/);
  });
}
