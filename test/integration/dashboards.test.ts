import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ClickHouse, createClickHouse } from '../../platform/clickhouse/client.ts';
import { applyMigrations } from '../../platform/clickhouse/migrations.ts';
import { loadMigrations } from '../../schemas/load-migrations.ts';
import { findExecutable } from '../../stack/child-process.ts';
import { type Engine, startEngine } from '../../stack/clickhouse/engine-process.ts';
import { readGrantStatements, readGrants } from '../support/clickhouse-grants.ts';
import { leaveOnlyGranted, storeEventfulMinutes, VARIABLES } from '../support/dashboard-data.ts';
import { type FedPrometheus, startFedPrometheus } from '../support/dashboard-prometheus.ts';
import {
  type DashboardQuery,
  expandQuery,
  listQueries,
  type QueryContext,
} from '../support/dashboard-queries.ts';
import { until } from '../support/until.ts';

const FILE = join(import.meta.dirname, '../../dashboards/on-call.json');
const queries = listQueries(JSON.parse(readFileSync(FILE, 'utf8')));
const noPrometheus =
  findExecutable('prometheus') === null
    ? 'prometheus is not installed (Debian: apt install prometheus)'
    : false;

let directory: string;
let engine: Engine;
let clickhouse: ClickHouse;
let prometheus: FedPrometheus | null = null;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'docket-dashboards-'));
  engine = await startEngine({ dataDir: join(directory, 'clickhouse') });
  clickhouse = createClickHouse({ url: engine.url });
  await applyMigrations(clickhouse, loadMigrations());
  const evaluation = await storeEventfulMinutes(clickhouse);
  await leaveOnlyGranted(clickhouse, (await readGrants()).get('docket_reader') ?? []);
  if (noPrometheus !== false) return;
  prometheus = await startFedPrometheus(directory, evaluation);
  await untilFiring();
});
after(async () => {
  await prometheus?.stop();
  await clickhouse.close();
  await engine.stop();
  rmSync(directory, { recursive: true, force: true });
});

function fed(): FedPrometheus {
  assert.ok(prometheus);
  return prometheus;
}

async function untilFiring(): Promise<void> {
  const firing = () => fed().now('count by (severity) (ALERTS{alertstate="firing",severity!="none"})');
  await until('a page and a ticket fire', async () => (await firing()).length === 2);
}

function expand(query: DashboardQuery, variables: QueryContext['variables'] = VARIABLES): string {
  const toMs = Date.now();
  return expandQuery(query, { fromMs: toMs - 900_000, toMs, intervalSeconds: 60, variables });
}

async function sqlRows(query: DashboardQuery): Promise<Readonly<Record<string, unknown>>[]> {
  return clickhouse.query(expand(query));
}

/** As on a fresh installation, where no tenant was ever heard of. */
const NOTHING_YET = { tenant: [], service: [], policy: [] };

/** What the first target of a panel answers now. */
async function numberOf(title: string): Promise<number | undefined> {
  const query = queries.find(({ name }) => name === `${title} [A]`);
  assert.ok(query, `there is no panel ${title}`);
  const [series] = await fed().now(expand(query));
  return series?.values[0];
}

test('the dashboard asks both stores, in panels, variables and annotations', () => {
  const named = (pattern: RegExp) => queries.filter(({ name }) => pattern.test(name)).length;
  assert.deepEqual([named(/^variable /), named(/^annotation /)], [3, 1]);
  for (const source of ['prometheus', 'clickhouse']) {
    assert.ok(queries.filter((query) => query.source === source).length >= 8, source);
  }
});

describe('ClickHouse, as the user docket_reader sees it', () => {
  for (const query of queries.filter(({ source }) => source === 'clickhouse')) {
    test(`answers ${query.name}`, async () => {
      const rows = await sqlRows(query);
      assert.ok(rows.length > 0, 'the answer is empty');
      const values = rows.flatMap((row) => Object.values(row));
      assert.ok(
        values.some((value) => value !== null && value !== '' && value !== 0),
        'nothing but zeros',
      );
      for (const row of rows) {
        for (const value of Object.values(row))
          assert.ok(typeof value !== 'number' || Number.isFinite(value));
      }
    });
  }

  test('is asked nothing wrong while there is nothing to choose', async () => {
    for (const query of queries.filter(({ source }) => source === 'clickhouse')) {
      await clickhouse.query(expand(query, NOTHING_YET));
    }
  });

  test('every grant of deploy/clickhouse is one that ClickHouse understands', async () => {
    const statements = await readGrantStatements();
    assert.ok(statements.length > 30);
    for (const statement of statements) {
      await clickhouse.query('SELECT formatQuery({text: String}) AS sql', {
        text: `${statement} TO somebody`,
      });
    }
    const unknown = clickhouse.query('SELECT formatQuery({text: String}) AS sql', {
      text: 'GRANT FLY ON a.b TO c',
    });
    await assert.rejects(unknown, /code 62/);
  });

  test('what a decision says is out of reach', async () => {
    for (const table of ['decisions', 'tallies', 'labels', 'access_log', 'quarantine']) {
      await assert.rejects(clickhouse.query(`SELECT * FROM ${table}`), /code 60/, table);
    }
    await assert.rejects(clickhouse.query('SELECT reason FROM policy_changes'), /code 47/);
  });

  test('the numbers are those of the data', async () => {
    const only = async (title: string) => {
      const query = queries.find(({ name }) => name === `${title} [A]`);
      assert.ok(query, title);
      return sqlRows(query);
    };
    const [mix] = await only('Outcome mix by service');
    assert.equal(mix?.total, 900);
    assert.equal(mix?.deny, (120 + 150) / 900);
    const [drift] = await only('Drift: verdicts');
    assert.equal(drift?.verdict, 'drift');
    const rates = await only('False-positive rate');
    assert.deepEqual(
      rates.map(({ policy, n, rate }) => [policy, n, rate]),
      [
        ['*', 40, 0.1],
        ['p1', 40, 0.1],
      ],
    );
    const [enforcer] = await only('Missing sequences by enforcer');
    assert.equal(enforcer?.gaps, 1);
    assert.deepEqual(await only('Offsets lost'), [{ lost_offsets: 2 }]);
  });
});

describe('Prometheus, with the generated rules', { skip: noPrometheus }, () => {
  for (const query of queries.filter(({ source }) => source === 'prometheus')) {
    test(`answers ${query.name}`, async () => {
      const series = await (query.overRange ? fed().overRange(expand(query)) : fed().now(expand(query)));
      assert.ok(series.length > 0, 'the answer is empty');
      for (const { values } of series) assert.ok(values.some(Number.isFinite), 'there is no number');
    });
  }

  test('is asked nothing wrong while there is nothing to choose', async () => {
    for (const query of queries.filter(({ source }) => source === 'prometheus')) {
      await fed().now(expand(query, NOTHING_YET));
    }
  });

  test('the first row shows what there is', async () => {
    assert.equal(await numberOf('Docket sees'), 1);
    assert.equal(await numberOf('Recorder lag'), 7);
    assert.equal(await numberOf('Quarantined, 1 h'), 1);
    assert.equal(await numberOf('Missing sequences'), 1);
    assert.ok(Number(await numberOf('Firing pages')) > 0);
  });

  test('when Docket falls silent, the first row says "no data", and nothing in it is a healthy zero', async () => {
    await fed().silence();
    await until('no target is up', async () => (await fed().now('max(up) == 0')).length > 0);
    for (const title of [
      'Docket sees',
      'Watermark age',
      'Recorder lag',
      'Quarantined, 1 h',
      'Missing sequences',
    ]) {
      assert.equal(await numberOf(title), undefined, title);
    }
    assert.notEqual(await numberOf('Firing pages'), 0);
    assert.equal(await numberOf('Services of Docket'), 0);
  });
});
