import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import type { ZodObject } from 'zod';
import { ALL_DASHBOARDS } from '../../dashboards/all-dashboards.ts';
import { RUNBOOKS_URL } from '../../dashboards/links.ts';
import { CLICKHOUSE, PROMETHEUS } from '../../dashboards/queries.ts';
import { readConfiguration } from '../../platform/lifecycle/configuration.ts';
import { type ComposeService, readCompose, requiredVariables } from '../support/compose-file.ts';

const root = join(import.meta.dirname, '../..');
const file = join(root, 'docker-compose.yml');
const env = Object.fromEntries(
  [...requiredVariables(readFileSync(file, 'utf8'))].map((name) => [name, name]),
);
const compose = readCompose(file, env);
const services = Object.entries(compose.services);
const ours = services.filter(([, { build }]) => build !== undefined);
const run = promisify(execFile);

function readYaml(path: string) {
  return parse(readFileSync(join(root, path), 'utf8'));
}

/** The file of ours that a compose service runs. */
function entryOf([, { command = [] }]: readonly [string, ComposeService]): string {
  return command[1] ?? '';
}

const longRunning = ours.filter((service) => entryOf(service).startsWith('services/'));

const noCompose = await run('docker-compose', ['--version']).then(
  () => false as const,
  () => 'docker-compose is not installed (Debian: apt install docker-compose)',
);

describe('docker-compose', { skip: noCompose }, () => {
  const options = { cwd: root, env: { PATH: process.env.PATH, ...env } };

  test('accepts the file', async () => {
    const { stdout } = await run('docker-compose', ['-f', file, 'config'], options);
    assert.deepEqual(Object.keys(parse(stdout).services).sort(), services.map(([name]) => name).sort());
  });

  for (const missing of Object.keys(env)) {
    test(`refuses it without ${missing}, and says where to look`, async () => {
      const without = { ...options.env, [missing]: '' };
      const outcome = run('docker-compose', ['-f', file, 'config'], { ...options, env: without });
      await assert.rejects(outcome, (error: Error) => /docs\/deployment\.md/.test(error.message));
    });
  }
});

test('every service of the project is run by compose, and compose runs no other', () => {
  const folders = readdirSync(join(root, 'services')).map((name) => `services/${name}/main.ts`);
  assert.ok(folders.length >= 4);
  assert.deepEqual(longRunning.map(entryOf).sort(), folders.sort());
  for (const service of longRunning) assert.equal(entryOf(service), `services/${service[0]}/main.ts`);
  for (const service of ours) assert.ok(existsSync(join(root, entryOf(service))), entryOf(service));
});

for (const [name, service] of longRunning) {
  test(`${name} understands the environment that compose gives it`, async () => {
    const config = await import(`../../services/${name}/config.ts`);
    const schema: ZodObject | undefined = config[`${name}Environment`];
    assert.ok(schema, `services/${name}/config.ts must export ${name}Environment`);
    const unknown = Object.keys(service.environment).filter(
      (variable) => variable.startsWith('DOCKET_') && !(variable in schema.shape),
    );
    assert.deepEqual(unknown, []);
    readConfiguration(schema, service.environment);
    assert.throws(
      () => readConfiguration(schema, {}),
      'a service that needs nothing would make this test worthless',
    );
  });

  test(`${name} can be reached where others look for it`, () => {
    const { DOCKET_HTTP_HOST, DOCKET_HTTP_PORT } = service.environment;
    assert.equal(DOCKET_HTTP_HOST, '0.0.0.0');
    assert.match(service.healthcheck?.test.join(' ') ?? '', /DOCKET_HTTP_PORT \+ '\/healthz'/);
    for (const port of service.ports) assert.equal(port, `127.0.0.1:${DOCKET_HTTP_PORT}:${DOCKET_HTTP_PORT}`);
  });

  test(`${name} has the secrets that its settings name`, () => {
    const named = Object.values(service.environment).flatMap((value) => {
      const match = /^\/run\/secrets\/(.+)$/.exec(value);
      return match?.[1] === undefined ? [] : [match[1]];
    });
    assert.deepEqual(named.sort(), [...service.secrets].sort());
  });
}

test('ports are published on this machine only', () => {
  const published = services.flatMap(([, { ports }]) => ports);
  assert.ok(published.length > 0);
  for (const port of published) assert.match(port, /^127\.0\.0\.1:/);
});

test('what is mounted exists; of a secret, the example to copy', () => {
  const mounts = services.flatMap(([, { volumes }]) => volumes.map((volume) => volume.split(':')));
  for (const [source = '', , mode] of mounts) {
    if (!source.startsWith('.')) assert.ok(source in compose.volumes, source);
    else {
      assert.ok(existsSync(join(root, source)), source);
      assert.equal(mode, 'ro', `${source} is the project's: mount it read-only`);
    }
  }
  for (const { file: secret } of Object.values(compose.secrets)) {
    // A token is a random text and nothing else: there is nothing to show.
    if (secret.endsWith('.token')) continue;
    assert.ok(existsSync(join(root, secret.replace(/\.yaml$/, '.example.yaml'))), secret);
  }
});

test('example.env names exactly what compose needs, and gives no value', () => {
  const lines = readFileSync(join(root, 'deploy/example.env'), 'utf8').split('\n');
  const given = lines.filter((line) => line !== '' && !line.startsWith('#'));
  assert.deepEqual(
    given.sort(),
    Object.keys(env)
      .map((name) => `${name}=`)
      .sort(),
  );
});

test('everybody waits for what they need: containers that serve until healthy, those that end until they have', () => {
  for (const [name, { depends_on }] of services) {
    for (const [needed, { condition }] of Object.entries(depends_on)) {
      const target = compose.services[needed];
      assert.ok(target, `${name} waits for ${needed}`);
      const expected =
        target.healthcheck === undefined ? 'service_completed_successfully' : 'service_healthy';
      assert.equal(condition, expected, `${name} waits for ${needed}`);
    }
  }
  for (const [name, { environment, depends_on }] of longRunning) {
    if ('DOCKET_CLICKHOUSE_URL' in environment) assert.ok('migrate' in depends_on, name);
    if ('DOCKET_KAFKA_BROKERS' in environment) assert.ok('topics' in depends_on, name);
  }
});

test('addresses within compose are those of its services', () => {
  const hosts = services.flatMap(([, { environment }]) =>
    Object.entries(environment).flatMap(([name, value]) =>
      /^DOCKET_(KAFKA_BROKERS|CLICKHOUSE_URL|VAULT_URL)$/.test(name)
        ? [value.replace(/^http:\/\//, '').split(':')[0]]
        : [],
    ),
  );
  assert.ok(hosts.length > 0);
  for (const host of hosts) assert.ok(host !== undefined && host in compose.services, host);
});

test('Prometheus scrapes our services where they listen, and knows Alertmanager', () => {
  const config = readYaml('deploy/prometheus/prometheus.yml');
  const targets = config.scrape_configs.flatMap(
    (scrape: { job_name: string; static_configs: readonly { targets: readonly string[] }[] }) =>
      scrape.static_configs.flatMap(({ targets }) => targets.map((target) => `${scrape.job_name} ${target}`)),
  );
  const listening = longRunning.map(
    ([name, { environment }]) => `${name} ${name}:${environment.DOCKET_HTTP_PORT}`,
  );
  assert.deepEqual(targets.sort(), listening.sort());
  const alertmanager = config.alerting.alertmanagers[0].static_configs[0].targets[0];
  assert.equal(alertmanager, 'alertmanager:9093');
  assert.ok('alertmanager' in compose.services);
});

test('Grafana is given the sources that the dashboard asks, and reads ClickHouse as the reader', () => {
  const { datasources } = readYaml('deploy/grafana/provisioning/datasources/docket.yaml');
  const given = datasources.map(({ uid, type }: Record<string, string>) => ({ type, uid }));
  assert.deepEqual(given, [PROMETHEUS, CLICKHOUSE]);
  const [prometheus, clickhouse] = datasources;
  assert.ok(new URL(prometheus.url).hostname in compose.services);
  assert.ok(clickhouse.jsonData.host in compose.services);
  assert.equal(clickhouse.jsonData.username, 'docket_reader');
});

test('Grafana finds every dashboard where its provider looks, opens with one of them, and serves the runbooks', () => {
  const { providers } = readYaml('deploy/grafana/provisioning/dashboards/docket.yaml');
  const folder: string = providers[0].options.path;
  const volumes = compose.services.grafana?.volumes ?? [];
  const home = compose.services.grafana?.environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH;
  const mounted = new Map(volumes.map((volume) => volume.split(':').slice(0, 2) as [string, string]));
  for (const { file } of ALL_DASHBOARDS) {
    assert.equal(mounted.get(`./dashboards/${file}`), `${folder}/${file}`, file);
  }
  assert.ok([...mounted.values()].includes(home ?? ''), home);
  assert.equal(`${mounted.get('./docs/runbooks')}/`, `/usr/share/grafana${RUNBOOKS_URL}`);
});

test('Kafka stamps records with its own clock, makes no topic by itself, and takes what must be quarantined', () => {
  const { environment = {} } = compose.services.kafka ?? {};
  assert.equal(environment.KAFKA_LOG_MESSAGE_TIMESTAMP_TYPE, 'LogAppendTime');
  assert.equal(environment.KAFKA_AUTO_CREATE_TOPICS_ENABLE, 'false');
  assert.ok(Number(environment.KAFKA_MESSAGE_MAX_BYTES) > 2 * 1024 * 1024);
});

test('images are named without a registry, and none floats', () => {
  for (const [name, { image, build }] of services) {
    const [first = '', ...rest] = image.split('/');
    assert.ok(rest.length === 0 || !/[.:]/.test(first), `${name}: ${image}`);
    assert.ok(build !== undefined || /:v?\d+\.\d+/.test(image), `${name}: ${image}`);
  }
});
