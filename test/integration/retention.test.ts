import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { createPruneStore } from '../../cli/retention/clickhouse-prune-store.ts';
import type { PruneStore } from '../../cli/retention/ports.ts';
import { runRetention } from '../../cli/retention/run-retention.ts';
import { parseRetentionPolicy, type RetentionPolicy } from '../../domain/retention/retention-policy.ts';
import { verifyStatement } from '../../domain/statements/sign-statement.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import {
  closeLives,
  complete,
  missing,
  readVerdicts,
  recordLives,
  rowsOf,
  SETTLE_MINUTES,
} from '../support/enforcer-lives.ts';
import { type RawRow, rawDecision, rawLabel } from '../support/raw-records.ts';
import { type ResultStore, startResultStore } from '../support/result-store.ts';
import {
  clearRetention,
  type HistoryEntry,
  readOffsets,
  recomputeRoot,
  recordHistory,
  tokenOf,
} from '../support/retention-history.ts';
import { createStatementVault, type StatementVault } from '../support/statement-vault.ts';

const schema = loadReleasedSchemas().newest('statement');
let store: ResultStore;
let clickhouse: ClickHouse;
let vault: StatementVault;

before(async () => {
  store = await startResultStore();
  clickhouse = store.clickhouse;
});
after(() => store.stop());
beforeEach(async () => {
  await clearRetention(clickhouse);
  vault = createStatementVault(clickhouse);
});

const FOREVER = {
  records: 'forever',
  erasable: 'forever',
  duplicates: 'forever',
  quarantine: 'forever',
  accesses: 'forever',
};

function policyOf(defaults: object, tenants: readonly object[] = []): RetentionPolicy {
  const policy = parseRetentionPolicy({ default: { ...FOREVER, ...defaults }, tenants });
  assert.ok('daysOf' in policy);
  return policy;
}

interface RunOptions {
  readonly dryRun?: boolean;
  readonly windowOffsets?: number;
  /** Comes between the job and the store. */
  readonly wrap?: (store: PruneStore) => PruneStore;
}

/** One round; what became of each tenant and class, as `tenant class: kind rows`. */
async function run(policy: RetentionPolicy, { dryRun = false, windowOffsets = 0, wrap }: RunOptions = {}) {
  const pruneStore = createPruneStore(clickhouse, { windowOffsets });
  const results = await runRetention({
    ...{ policy, vault, dryRun },
    store: wrap?.(pruneStore) ?? pruneStore,
    newId: randomUUID,
    waitForRecorder: async (attempt) => attempt < 2,
    report: () => {},
  });
  return results.map(({ tenantId, retentionClass, outcome }) => {
    const rows = 'rows' in outcome ? ` ${outcome.rows}` : '';
    const stays =
      'held' in outcome && outcome.held + outcome.inWindow > 0
        ? ` (${outcome.held}, ${outcome.inWindow})`
        : '';
    return `${tenantId} ${retentionClass}: ${outcome.kind}${rows}${stays}`;
  });
}

const entry = (daysAgo: number, changes: Partial<HistoryEntry> = {}): HistoryEntry => ({
  daysAgo,
  ...changes,
});

test('what is older than its tenant keeps it goes under a signed statement, and every root still follows', async () => {
  const globex = { tenant: 'globex' };
  const root = await recordHistory(clickhouse, [
    ...[entry(40), entry(40, globex), entry(31), entry(30), entry(30, globex), entry(1), entry(0)],
  ]);
  const policy = policyOf({ records: 30 }, [{ id: 'globex', records: 35 }]);
  assert.deepEqual(await run(policy), ['acme records: pruned 2', 'globex records: pruned 1']);
  assert.deepEqual(await readOffsets(clickhouse, 'decisions'), [3, 4, 5, 6]);
  assert.deepEqual(await recomputeRoot(clickhouse), root);
  const [acme, other] = vault.statements;
  assert.ok(acme && other);
  assert.ok(verifyStatement(schema, acme, vault.publicKey));
  assert.deepEqual(
    [acme.tenant_id, acme.kind, acme.rows, acme.ranges],
    ['acme', 'PRUNE', 2, [{ topic: 'docket.decisions.v1', partition: 0, first_offset: 0, last_offset: 2 }]],
  );
  assert.deepEqual(
    acme.details.map(({ key }) => key),
    ['class', 'cutoff', 'leaves'],
  );
  assert.deepEqual(await run(policy), ['acme records: kept', 'globex records: kept'], 'again: nothing to do');
  assert.equal(vault.statements.length, 2);
});

test('a day of which everything goes is dropped whole, and a day of which something stays is not', async () => {
  await recordHistory(clickhouse, [entry(40), entry(39), entry(39, { tenant: 'globex' })]);
  const commands: string[] = [];
  const spied = {
    ...clickhouse,
    command: (sql: string, parameters = {}) => {
      commands.push(sql);
      return clickhouse.command(sql, parameters);
    },
  };
  await runRetention({
    ...{ policy: policyOf({}, [{ id: 'acme', records: 30 }]), vault, dryRun: false },
    store: createPruneStore(spied, { windowOffsets: 0 }),
    newId: randomUUID,
    waitForRecorder: async () => false,
    report: () => {},
  });
  assert.equal(commands.filter((sql) => sql.includes('DROP PARTITION')).length, 1);
  assert.equal(commands.filter((sql) => sql.includes('DELETE IN PARTITION')).length, 1);
  assert.deepEqual(await readOffsets(clickhouse, 'decisions'), [2]);
});

test('a dry run tells what would go, and touches nothing', async () => {
  await recordHistory(clickhouse, [entry(40), entry(1)]);
  assert.deepEqual(await run(policyOf({ records: 30 }), { dryRun: true }), ['acme records: expired 1']);
  assert.deepEqual(await readOffsets(clickhouse, 'decisions'), [0, 1]);
  assert.deepEqual([vault.statements, vault.destroyed], [[], []]);
  assert.deepEqual(await readOffsets(clickhouse, 'pruned_leaves'), []);
});

test('a tenant that is held keeps everything; a held subject keeps what is about it', async () => {
  const about = (token: string) => ({ columns: { subject_tokens: [tokenOf(token)], erasable_box: 'box' } });
  await recordHistory(clickhouse, [
    ...[entry(40, about('a')), entry(40, about('b')), entry(40), entry(40, { tenant: 'globex' })],
    entry(40, { columns: { principal_token: tokenOf('a') } }),
  ]);
  vault.holds.set('globex', [{ kind: 'tenant', subjectToken: null }]);
  vault.holds.set('acme', [
    { kind: 'subject', subjectToken: Buffer.from(tokenOf('a')) },
    { kind: 'subject', subjectToken: null },
  ]);
  assert.deepEqual(await run(policyOf({ records: 30 })), [
    'globex records: held',
    'acme records: pruned 2 (2, 0)',
  ]);
  assert.deepEqual(await readOffsets(clickhouse, 'decisions'), [0, 3, 4]);
  vault.holds.clear();
  assert.deepEqual(await run(policyOf({ records: 30 })), [
    'acme records: pruned 2',
    'globex records: pruned 1',
  ]);
  assert.deepEqual(await readOffsets(clickhouse, 'decisions'), []);
});

test('a label stays with the decision of somebody who is held, and with a reviewer who is', async () => {
  const decision = rawDecision(Date.now() - 40 * 86_400_000, { offset: 0, subject_tokens: [tokenOf('a')] });
  const label = (offset: number, of: RawRow, reviewer: string) =>
    rawLabel(Date.now() - 40 * 86_400_000, of, { offset, reviewer_token: tokenOf(reviewer) });
  await recordHistory(clickhouse, [entry(0)]);
  await clickhouse.insertRows('decisions', [decision]);
  const other = rawDecision(0);
  await clickhouse.insertRows('labels', [
    label(0, decision, 'r'),
    label(1, other, 'r'),
    label(2, other, 'a'),
  ]);
  await clickhouse.command(
    "INSERT INTO progress SELECT 'docket.labels.v1', 0, 3, now64(3), '', [] UNION ALL SELECT 'docket.decisions.v1', 0, 2, now64(3), '', []",
  );
  vault.holds.set('acme', [{ kind: 'subject', subjectToken: Buffer.from(tokenOf('a')) }]);
  assert.deepEqual(await run(policyOf({ records: 30 })), ['acme records: pruned 1 (3, 0)']);
  const left = await clickhouse.query<{ offset: number }>('SELECT offset FROM labels ORDER BY offset');
  assert.deepEqual(
    left.map((row) => row.offset),
    [0, 2],
  );
});

test('while the vault does not answer nothing goes, and a failure of one tenant stops no other', async () => {
  await recordHistory(clickhouse, [entry(40), entry(40, { tenant: 'globex' })]);
  const { listHolds } = vault;
  vault.listHolds = async (tenantId) => {
    if (tenantId === 'acme') throw new Error('no vault');
    return listHolds(tenantId);
  };
  assert.deepEqual(await run(policyOf({ records: 30 })), [
    'acme records: failed',
    'globex records: pruned 1',
  ]);
  assert.deepEqual(await readOffsets(clickhouse, 'decisions'), [0]);
});

test('whoever is held between the statement and the drop stays', async () => {
  await recordHistory(clickhouse, [entry(40, { columns: { subject_tokens: [tokenOf('a')] } }), entry(40)]);
  const holdLate = (inner: PruneStore): PruneStore => ({
    ...inner,
    hasStatement: async (prune) => {
      const isRecorded = await inner.hasStatement(prune);
      if (isRecorded) vault.holds.set('acme', [{ kind: 'subject', subjectToken: Buffer.from(tokenOf('a')) }]);
      return isRecorded;
    },
  });
  await run(policyOf({ records: 30 }), { wrap: holdLate });
  assert.deepEqual(await readOffsets(clickhouse, 'decisions'), [0]);
});

test('what the recorder may look back at stays: identities of records, and origins of replays', async () => {
  const replay = { columns: { origin_offset: 0 } };
  await recordHistory(clickhouse, [
    ...[entry(40), entry(40), entry(40), entry(40)],
    ...[entry(40, { table: 'quarantine' }), entry(40, { table: 'quarantine', ...replay })],
    ...[entry(40, { table: 'duplicates' }), entry(40, { table: 'duplicates', ...replay })],
  ]);
  const policy = policyOf({ records: 30, quarantine: 30, duplicates: 30 });
  assert.deepEqual(await run(policy, { windowOffsets: 6 }), [
    'acme records: pruned 2 (0, 2)',
    'acme duplicates: pruned 1 (0, 1)',
    'acme quarantine: pruned 1 (0, 1)',
  ]);
  assert.deepEqual(await readOffsets(clickhouse, 'decisions'), [2, 3]);
  assert.deepEqual(await readOffsets(clickhouse, 'quarantine'), [5]);
  assert.deepEqual(await readOffsets(clickhouse, 'duplicates'), [7]);
});

test('quarantined records of nobody known have a retention of their own', async () => {
  await recordHistory(clickhouse, [
    entry(40, { table: 'quarantine', tenant: null }),
    entry(40, { table: 'quarantine' }),
  ]);
  assert.deepEqual(await run(policyOf({}, [{ id: '_unknown', quarantine: 30 }])), [
    '_unknown quarantine: pruned 1',
  ]);
  assert.deepEqual(await readOffsets(clickhouse, 'quarantine'), [1]);
  assert.equal(vault.statements[0]?.tenant_id, '_unknown');
});

test('what is not rolled up yet stays, however old it is', async () => {
  await recordHistory(clickhouse, [entry(40)]);
  await clickhouse.command('TRUNCATE TABLE closed_minutes');
  assert.deepEqual(await run(policyOf({ records: 30 })), ['acme records: not_rolled_up']);
  assert.deepEqual(await readOffsets(clickhouse, 'decisions'), [0]);
});

test('what is pruned was counted: no sequence turns into a missing one', async () => {
  await recordHistory(clickhouse, [entry(0)]);
  await recordLives(
    clickhouse,
    rowsOf('whole', { decisions: [0, 1, 2], duplicates: [3], quarantine: [4], tallies: [5] }),
    rowsOf('torn', { decisions: [0, 2], tallies: [4] }),
  );
  await closeLives(clickhouse, 0, SETTLE_MINUTES + 2);
  const before = await readVerdicts(clickhouse);
  assert.deepEqual(before.get('acme/whole/1'), complete(5));
  assert.deepEqual(before.get('acme/torn/1'), missing(4, 2));
  // Progress far beyond: their offsets are those of whatever test ran before.
  await clickhouse.command(
    `INSERT INTO progress SELECT topic, partition, next_offset + 1000000, watermark + 1, root, peaks FROM progress
     UNION ALL SELECT 'docket.tallies.v1', 0, 1000000, now64(3), '', []`,
  );
  const policy = policyOf({ records: 1, duplicates: 1, quarantine: 1 });
  assert.deepEqual(await run(policy), [
    'acme records: pruned 7',
    'acme duplicates: pruned 1',
    'acme quarantine: pruned 1',
  ]);
  await closeLives(clickhouse, SETTLE_MINUTES + 2, SETTLE_MINUTES + 4);
  assert.deepEqual(await readVerdicts(clickhouse), before);
});

test('of erasable data boxes and tokens go, and the day keys; the decision stays', async () => {
  const about = (token: string) => ({
    subject_tokens: [tokenOf(token)],
    erasable_box: 'box',
    principal_token: tokenOf('p'),
  });
  const root = await recordHistory(clickhouse, [
    ...[entry(40, { columns: about('a') }), entry(40, { columns: about('b') })],
    ...[entry(40), entry(1, { columns: about('b') }), entry(40, { tenant: 'globex', columns: about('b') })],
  ]);
  vault.holds.set('acme', [{ kind: 'subject', subjectToken: Buffer.from(tokenOf('a')) }]);
  const policy = policyOf({}, [{ id: 'acme', erasable: 30 }]);
  assert.deepEqual(await run(policy), ['acme erasable: pruned 1 (1, 0)']);
  const left = await clickhouse.query<{ offset: number }>(
    'SELECT offset FROM decisions WHERE erasable_box IS NOT NULL AND notEmpty(subject_tokens) ORDER BY offset',
  );
  assert.deepEqual(
    left.map((row) => row.offset),
    [0, 3, 4],
  );
  assert.deepEqual(await readOffsets(clickhouse, 'decisions'), [0, 1, 2, 3, 4]);
  assert.deepEqual(await recomputeRoot(clickhouse), root);
  assert.equal(vault.destroyed.length, 1);
  assert.match(vault.destroyed[0] ?? '', /^acme erasable \d{4}-\d{2}-\d{2}$/);
  assert.deepEqual(
    vault.statements[0]?.details.map(({ key }) => key),
    ['class', 'cutoff'],
  );
});

const STEPS = ['savePrune', 'listLeaves', 'summarise', 'hasStatement', 'drop'] as const;

for (const name of STEPS) {
  for (const when of ['before', 'after'] as const) {
    test(`a crash ${when} ${name} costs nothing: the next round ends what was begun`, async () => {
      const root = await recordHistory(clickhouse, [entry(40), entry(40, { tenant: 'globex' }), entry(1)]);
      const policy = policyOf({}, [{ id: 'acme', records: 30 }]);
      const crash = (inner: PruneStore): PruneStore => ({
        ...inner,
        [name]: async (...given: unknown[]) => {
          if (when === 'after') await (inner[name] as (...all: unknown[]) => Promise<unknown>)(...given);
          throw new Error('the process died');
        },
      });
      assert.deepEqual(await run(policy, { wrap: crash }), ['acme records: failed']);
      assert.match((await run(policy))[0] ?? '', /^acme records: (pruned 1|kept)$/);
      assert.deepEqual(await readOffsets(clickhouse, 'decisions'), [1, 2]);
      assert.deepEqual(await recomputeRoot(clickhouse), root);
      assert.equal(vault.statements.length, 1, 'stated once');
      const [left] = await clickhouse.query<{ n: number }>(
        'SELECT count() AS n FROM prunes FINAL WHERE step < 3',
      );
      assert.equal(left?.n, 0, 'nothing is left unfinished');
    });
  }
}

test('what was begun and is to be kept by now stays, and is not taken up again', async () => {
  const root = await recordHistory(clickhouse, [entry(40), entry(20)]);
  vault.isRecording = false;
  assert.deepEqual(await run(policyOf({ records: 10 })), ['acme records: failed']);
  assert.deepEqual(await run(policyOf({})), []);
  assert.deepEqual(await readOffsets(clickhouse, 'decisions'), [0, 1]);
  vault.isRecording = true;
  assert.deepEqual(await run(policyOf({ records: 30 })), ['acme records: pruned 1']);
  assert.deepEqual(await readOffsets(clickhouse, 'decisions'), [1]);
  assert.deepEqual(await recomputeRoot(clickhouse), root);
});

test('a statement that is not recorded yet keeps everything; the next round drops under it', async () => {
  await recordHistory(clickhouse, [entry(40)]);
  vault.isRecording = false;
  assert.deepEqual(await run(policyOf({ records: 30 })), ['acme records: failed']);
  assert.deepEqual(await readOffsets(clickhouse, 'decisions'), [0]);
  const [statement] = vault.statements;
  assert.ok(statement);
  await vault.record(statement);
  assert.deepEqual(await run(policyOf({ records: 30 })), ['acme records: pruned 1']);
  assert.equal(vault.statements.length, 1);
  assert.deepEqual(await readOffsets(clickhouse, 'decisions'), []);
});
