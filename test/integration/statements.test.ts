import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { createPruneStore } from '../../cli/retention/clickhouse-prune-store.ts';
import { runRetention } from '../../cli/retention/run-retention.ts';
import { checkCoverage } from '../../cli/statements/check-coverage.ts';
import { createStatementStore } from '../../cli/statements/statement-store.ts';
import { coveredPrunes, verifyStatements } from '../../cli/statements/verify-statements.ts';
import { parseRetentionPolicy } from '../../domain/retention/retention-policy.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { type ResultStore, startResultStore } from '../support/result-store.ts';
import { clearRetention, recordHistory } from '../support/retention-history.ts';
import { createStatementVault, type StatementVault } from '../support/statement-vault.ts';

const registry = loadReleasedSchemas();
const NOW = 'SETTINGS mutations_sync = 2';
let store: ResultStore;
let clickhouse: ClickHouse;
let vault: StatementVault;

before(async () => {
  store = await startResultStore();
  clickhouse = store.clickhouse;
});
after(() => store.stop());

/** Six offsets; the second and the third were pruned under a statement. */
beforeEach(async () => {
  await clearRetention(clickhouse);
  vault = createStatementVault(clickhouse);
  await recordHistory(clickhouse, [
    ...[{ daysAgo: 40, tenant: 'globex' }, { daysAgo: 40 }, { daysAgo: 40 }, { daysAgo: 2 }],
    ...[
      { daysAgo: 1, table: 'duplicates' as const },
      { daysAgo: 1, table: 'quarantine' as const },
    ],
  ]);
  const forever = { records: 'forever', erasable: 'forever', duplicates: 'forever' };
  const policy = parseRetentionPolicy({
    default: { ...forever, quarantine: 'forever', accesses: 'forever' },
    tenants: [{ id: 'acme', records: 30 }],
  });
  assert.ok('daysOf' in policy);
  await runRetention({
    ...{ policy, vault, dryRun: false, newId: randomUUID },
    store: createPruneStore(clickhouse, { windowOffsets: 0 }),
    waitForRecorder: async () => false,
    report: () => {},
  });
});

/** Problems of statements, then findings, as words. */
async function verify(keys = new Map([['vault-1', vault.publicKey]])): Promise<string[]> {
  const reader = createStatementStore(clickhouse, registry);
  const verified = await verifyStatements(reader, keys);
  const coverage = await checkCoverage(reader, coveredPrunes(verified), registry.newest('recorded-lost'));
  return [
    ...verified.flatMap(({ problem }) => problem ?? []),
    ...coverage.findings.map((finding) =>
      finding.kind === 'missing' ? `missing ${finding.firstOffset}-${finding.lastOffset}` : finding.kind,
    ),
  ];
}

const tamper = (sql: string) => clickhouse.command(`${sql} ${NOW}`);

test('what is gone under a statement is explained, and the roots follow', async () => {
  assert.deepEqual(await verify(), []);
});

test('a record that is gone without a statement is a finding', async () => {
  await tamper('ALTER TABLE decisions DELETE WHERE offset = 3');
  assert.deepEqual(await verify(), ['missing 3-3']);
});

test('nothing can be slipped into a list that is stated', async () => {
  await clickhouse.command(
    `INSERT INTO pruned_leaves SELECT topic, partition, 0, statement_id, append_day, leaf_hash FROM pruned_leaves LIMIT 1`,
  );
  await tamper('ALTER TABLE decisions DELETE WHERE offset = 0');
  assert.deepEqual(await verify(), ['leaves_differ', 'missing 0-2']);
});

test('a leaf that was kept cannot be changed, nor taken away', async () => {
  await tamper("ALTER TABLE pruned_leaves UPDATE leaf_hash = toFixedString('x', 32) WHERE offset = 1");
  assert.deepEqual(await verify(), ['leaves_differ', 'missing 1-2']);
  await tamper('ALTER TABLE pruned_leaves DELETE WHERE offset = 1');
  assert.deepEqual(await verify(), ['leaves_differ', 'missing 1-2']);
});

test('a prune that nobody stated explains nothing', async () => {
  await clickhouse.command(
    `INSERT INTO pruned_leaves SELECT topic, partition, offset, {id: UUID}, toDate(append_time), leaf_hash
     FROM decisions WHERE offset = 3`,
    { id: randomUUID() },
  );
  await tamper('ALTER TABLE decisions DELETE WHERE offset = 3');
  assert.deepEqual(await verify(), ['missing 3-3']);
});

test('a statement that was changed, or that nobody known signed, explains nothing', async () => {
  assert.deepEqual(await verify(new Map([['another', vault.publicKey]])), ['unknown_key', 'missing 1-2']);
  await tamper('ALTER TABLE statements UPDATE rows = rows + 1 WHERE 1');
  assert.deepEqual(await verify(), ['bad_signature', 'missing 1-2']);
});

test('a leaf that was changed where its row still is shows in the root', async () => {
  await tamper("ALTER TABLE decisions UPDATE leaf_hash = toFixedString('x', 32) WHERE offset = 3");
  assert.deepEqual(await verify(), ['root_differs']);
});

test('docket statements lists them, and ends with 1 when something is wrong', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'docket-statements-'));
  const keysFile = join(directory, 'keys');
  const spki = vault.publicKey.export({ format: 'der', type: 'spki' });
  writeFileSync(keysFile, `# the vault's\nvault-1 ${spki.subarray(-32).toString('hex')}\n`);
  const list = await docket('list', '--tenant', 'acme', '--json');
  assert.equal(list.code, 0);
  const [listed] = list.lines;
  assert.deepEqual([listed?.tenant_id, listed?.kind, listed?.rows], ['acme', 'PRUNE', 2]);

  const good = await docket('verify', '--keys-file', keysFile, '--json');
  assert.equal(good.code, 0);
  const { statements, verified, offsets, recorded, pruned, missing, findings } = good.lines[0] ?? {};
  assert.deepEqual(
    { statements, verified, offsets, recorded, pruned, missing, findings },
    { statements: 1, verified: 1, offsets: 6, recorded: 4, pruned: 2, missing: 0, findings: [] },
  );
  await tamper('ALTER TABLE decisions DELETE WHERE offset = 3');
  const bad = await docket('verify', '--keys-file', keysFile, '--json');
  assert.equal(bad.code, 1);
  assert.equal(bad.lines[0]?.missing, 1);
  await rm(directory, { recursive: true });
});

/** Runs a command on statements; its exit code and its lines of JSON. */
function docket(...args: string[]): Promise<{ code: number; lines: Record<string, unknown>[] }> {
  const main = resolve(import.meta.dirname, '../../cli/main.ts');
  return new Promise((done) => {
    execFile(process.execPath, [main, 'statements', ...args, '--clickhouse', store.url], (error, stdout) => {
      const lines = stdout.split('\n').filter((line) => line !== '');
      done({
        code: error === null ? 0 : Number(error.code),
        lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>),
      });
    });
  });
}
