import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createFileKeks } from '../../services/vault/drivers/file-keks.ts';
import { createTransitApi } from '../../services/vault/drivers/transit-api.ts';
import { createTransitKeks } from '../../services/vault/drivers/transit-keks.ts';
import type { KekStore } from '../../services/vault/ports.ts';
import { startTransitServer, type TransitServer } from '../support/vault/transit-server.ts';

const SCOPES = [
  'subjects:acme',
  'subjects:ACME',
  'days:acme',
  'days:',
  'subjects:a/../b',
  `subjects:${'x'.repeat(200)}`,
];

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((file) => statSync(file).isFile());
}

/** What every store of KEKs must do, whatever it stands on. `open` gives the same store anew. */
function contract(open: (directory: string) => KekStore): void {
  let directory = '';
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'docket-keks-'));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  test('a version is made once, is another for each scope, and is there after a restart', async () => {
    const keks = open(directory);
    const made = new Set<string>();
    for (const scope of SCOPES) {
      assert.equal(await keks.read(scope, 1), null);
      assert.equal(await keks.newest(scope), 0);
      const key = await keks.create(scope, 1);
      assert.equal(key.length, 32);
      assert.deepEqual(await keks.create(scope, 1), key);
      assert.deepEqual(await open(directory).read(scope, 1), key);
      assert.equal(await keks.newest(scope), 1);
      made.add(key.toString('hex'));
    }
    assert.equal(made.size, SCOPES.length);
  });

  test('destroying takes a version and those before it, and no other; it can be done twice', async () => {
    const keks = open(directory);
    const keys = [await keks.create('subjects:acme', 1), await keks.create('subjects:acme', 2)];
    const third = await keks.create('subjects:acme', 3);
    const other = await keks.read('subjects:ACME', 1);
    for (const again of [1, 2]) {
      await keks.destroyThrough('subjects:acme', 2);
      assert.equal(await keks.read('subjects:acme', again), null);
    }
    assert.deepEqual(await keks.read('subjects:acme', 3), third);
    assert.deepEqual(await keks.read('subjects:ACME', 1), other);
    assert.equal(await keks.newest('subjects:acme'), 3);
    for (const file of filesIn(directory))
      for (const key of keys) assert.ok(!readFileSync(file).includes(key), file);
  });

  test('the last version of a scope can be destroyed too, and another made', async () => {
    const keks = open(directory);
    await keks.create('subjects:globex', 1);
    await keks.destroyThrough('subjects:globex', 1);
    assert.equal(await keks.read('subjects:globex', 1), null);
    const second = await keks.create('subjects:globex', 2);
    assert.deepEqual(await open(directory).read('subjects:globex', 2), second);
  });

  test('its files are for their owner only', () => {
    for (const file of filesIn(directory)) assert.equal(statSync(file).mode & 0o077, 0, file);
  });
}

describe('KEKs as files', () => {
  contract(createFileKeks);

  test('a file that was overwritten when the power went counts as destroyed', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'docket-keks-'));
    const keks = createFileKeks(directory);
    await keks.create('subjects:acme', 1);
    const [file = ''] = filesIn(directory);
    writeFileSync(file, Buffer.alloc(32));
    assert.equal(await keks.read('subjects:acme', 1), null);
    rmSync(directory, { recursive: true });
  });
});

describe('KEKs under a Transit engine', () => {
  let server: TransitServer;
  before(async () => {
    server = await startTransitServer('engine-token');
  });
  after(() => server.stop());
  const open = (directory: string) =>
    createTransitKeks(
      directory,
      createTransitApi({ url: server.url, token: 'engine-token', mount: 'transit' }),
    );
  contract(open);

  test('copies of its files are of no use once the version is destroyed', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'docket-keks-'));
    const keks = open(directory);
    await keks.create('subjects:umbra', 1);
    await keks.create('subjects:umbra', 2);
    const kept = filesIn(directory).map((file) => [file, readFileSync(file)] as const);
    await keks.destroyThrough('subjects:umbra', 1);
    for (const [file, bytes] of kept) writeFileSync(file, bytes);
    assert.equal(await open(directory).read('subjects:umbra', 1), null);
    assert.notEqual(await open(directory).read('subjects:umbra', 2), null);
    rmSync(directory, { recursive: true });
  });

  test('an engine that is away, or refuses, is a failure that tells nothing', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'docket-keks-'));
    const told = /Transit: keys failed \((403|no answer)\)$/;
    for (const options of [
      { url: server.url, token: 'wrong' },
      { url: 'http://127.0.0.1:1', token: 'engine-token' },
    ]) {
      const keks = createTransitKeks(directory, createTransitApi({ ...options, mount: 'transit' }));
      await assert.rejects(keks.create('subjects:acme', 1), told);
    }
    rmSync(directory, { recursive: true });
  });
});
