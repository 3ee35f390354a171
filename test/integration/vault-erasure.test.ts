import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { copyFileSync, cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { subjectToken } from '../../domain/erasure/erasable-box.ts';
import { unwrapKey } from '../../domain/erasure/wrap-key.ts';
import { DatabaseInUse, openDatabase } from '../../platform/sqlite/open-database.ts';
import { createFileKeks } from '../../services/vault/drivers/file-keks.ts';
import { createSqliteStore } from '../../services/vault/drivers/sqlite-store.ts';
import type { ErasureRow } from '../../services/vault/ports.ts';
import { KeksMissing } from '../../services/vault/restore-erasures.ts';
import {
  createVaultWorld,
  filesWith,
  OPERATOR,
  openTestVault,
  type RunningTestVault,
  statementsSent,
  TOPIC,
  type VaultWorld,
} from '../support/vault/vault-fixture.ts';

const DAY_MS = 86_400_000;

let world: VaultWorld;
let vault: RunningTestVault;

beforeEach(async () => {
  world = await createVaultWorld();
  vault = await openTestVault(world);
});
afterEach(() => {
  vault.crash();
  world.remove();
});

async function leaseOne(subject: string, offset = 10, tenant = 'acme') {
  const { subjects } = await vault.lease({
    subjects: [{ tenant, subject, topic: TOPIC, partition: 0, offset }],
    days: [],
  });
  assert.ok(subjects[0]);
  return subjects[0];
}

async function leaseDay(day: string, purpose: 'erasable' | 'quarantine', tenant = 'acme') {
  const { days } = await vault.lease({ subjects: [], days: [{ tenant, day, purpose }] });
  return days[0] ?? null;
}

function erase(subject: string): Promise<ErasureRow> {
  return vault.erasures.request({ tenant: 'acme', subject, reason: '', client: OPERATOR });
}

function stateOf(erasure: ErasureRow): string | undefined {
  return vault.store.findErasure(erasure.erasureId)?.state;
}

async function restart(): Promise<void> {
  vault.crash();
  vault = await openTestVault(world);
}

/** Puts a backup in the database's place, as an operator would. */
async function restore(backup: string): Promise<void> {
  vault.crash();
  for (const name of readdirSync(world.directory))
    if (name.startsWith('vault.sqlite')) rmSync(join(world.directory, name));
  copyFileSync(join(world.directory, 'backups', backup), join(world.directory, 'vault.sqlite'));
  vault = await openTestVault(world);
}

describe('leases', () => {
  test('one subject has one key, whoever asks at once, and after a restart', async () => {
    const [first, second] = await Promise.all([leaseOne('jane'), leaseOne('jane')]);
    assert.deepEqual(first, second);
    const other = await leaseOne('jane', 10, 'globex');
    assert.notDeepEqual(other.key?.keyId, first.key?.keyId);
    await restart();
    assert.deepEqual(await leaseOne('jane'), first);
  });

  test('a thousand new subjects in one request, each with keys of its own', async () => {
    const subjects = Array.from({ length: 1_000 }, (_, number) => ({
      tenant: 'acme',
      subject: `subject-${number}`,
      topic: TOPIC,
      partition: 0,
      offset: number,
    }));
    const leased = await vault.lease({ subjects, days: [] });
    const all = leased.subjects.flatMap(({ key }) =>
      key === null ? [] : [key.keyId, key.boxKey, key.tokenKey],
    );
    assert.equal(new Set(all.map((bytes) => bytes.toString('hex'))).size, 3_000);
    await restart();
    assert.deepEqual(await vault.lease({ subjects, days: [] }), leased);
  });

  test('nobody else may open the database meanwhile', () => {
    assert.throws(() => openDatabase(join(world.directory, 'vault.sqlite')), DatabaseInUse);
  });

  test('no subject and no key stands in a file as it is', async () => {
    const { key } = await leaseOne('jane.doe.the.subject');
    assert.ok(key);
    await vault.backUp();
    for (const secret of [key.boxKey, key.tokenKey, Buffer.from('jane.doe.the.subject')])
      assert.deepEqual(filesWith(world.directory, secret), []);
  });
});

describe('days', () => {
  test('quarantine keys are destroyed when they are 30 days old, for good, and never made for such a day', async () => {
    const first = await leaseDay('2026-03-04', 'quarantine');
    assert.ok(first);
    world.nowMs += 29 * DAY_MS;
    await vault.workOnce();
    assert.deepEqual(await leaseDay('2026-03-04', 'quarantine'), first);
    world.nowMs = Date.UTC(2026, 3, 3);
    await vault.workOnce();
    assert.equal(await leaseDay('2026-03-04', 'quarantine'), null);
    assert.equal(await leaseDay('2026-03-03', 'quarantine'), null);
    assert.equal(vault.store.findById(first.keyId), null);
    assert.equal(await vault.keks.read('days:acme', 1), null);
    assert.notEqual(await leaseDay('2026-03-05', 'quarantine'), null);
  });

  test('keys of a day without subjects live until they are destroyed', async () => {
    const first = await leaseDay('2026-03-04', 'erasable');
    world.nowMs += 400 * DAY_MS;
    await vault.workOnce();
    assert.deepEqual(await leaseDay('2026-03-04', 'erasable'), first);
  });
});

describe('erasure', () => {
  test('goes from ERASING to a certificate, and names nobody', async () => {
    const { key } = await leaseOne('jane');
    const survivor = await leaseOne('john');
    const quarantined = await leaseDay('2026-03-04', 'quarantine');
    assert.ok(key && quarantined);
    const erasure = await erase('jane');
    assert.equal(erasure.state, 'ERASING');
    assert.deepEqual(vault.erasures.barriers(), [{ topic: TOPIC, partition: 0, offset: 100 }]);
    assert.deepEqual(await leaseOne('jane', 99), { key: null, erasedBelow: erasure.barriers });
    assert.equal(vault.store.findById(key.keyId), null, 'no reads either');

    await vault.workOnce();
    assert.equal(stateOf(erasure), 'DESTROYED');
    assert.equal(await vault.keks.read('subjects:acme', 1), null);
    assert.deepEqual(await leaseOne('john'), survivor);

    world.logStart = 100;
    world.nowMs += 61_000;
    await vault.workOnce();
    assert.equal(stateOf(erasure), 'DESTROYED', 'a quarantine key of that day is alive');
    world.nowMs += 30 * DAY_MS;
    await vault.workOnce();
    await vault.workOnce();
    assert.equal(stateOf(erasure), 'COMPLETE');
    assert.deepEqual(vault.erasures.barriers(), []);

    const statements = statementsSent(world);
    const states = statements.map(({ details }) => details.find(({ key: name }) => name === 'state')?.value);
    assert.deepEqual(states, ['ERASING', 'DESTROYED', 'COMPLETE']);
    const told = world.sent.map(({ value }) => value);
    const index = vault.indexOf('acme', 'jane');
    for (const secret of [Buffer.from('jane'), index, Buffer.from(index.toString('hex')), key.keyId])
      assert.ok(!told.some((value) => value.includes(secret)));
    assert.equal(statements.at(-1)?.ranges[0]?.last_offset, 99);
  });

  test('is not complete before the logs are trimmed, nor while a lease may be alive', async () => {
    await leaseOne('jane');
    const erasure = await erase('jane');
    await vault.workOnce();
    world.logStart = 100;
    await vault.workOnce();
    assert.equal(stateOf(erasure), 'DESTROYED', 'a lease may be alive');
    world.nowMs += 60_000;
    world.logStart = 99;
    await vault.workOnce();
    assert.equal(stateOf(erasure), 'DESTROYED', 'a record is left');
    world.logStart = 100;
    await vault.workOnce();
    assert.equal(stateOf(erasure), 'COMPLETE');
  });

  test('records beyond the barrier have a new key and token; a replay below it has none, ever', async () => {
    const before = await leaseOne('jane');
    await erase('jane');
    const later = await leaseOne('jane', 100);
    assert.ok(before.key && later.key);
    assert.notDeepEqual(later.key.keyId, before.key.keyId);
    assert.notDeepEqual(subjectToken(later.key), subjectToken(before.key));
    await vault.workOnce();
    const { key, erasedBelow } = await leaseOne('jane', 5);
    assert.deepEqual(key, later.key, 'whoever has a key sees from the barrier which records get no box');
    assert.deepEqual(erasedBelow, [{ topic: TOPIC, partition: 0, offset: 100 }]);
  });

  test('asked twice it is one; asked again when it is destroyed, it is another', async () => {
    await leaseOne('jane');
    const first = await erase('jane');
    assert.deepEqual((await erase('jane')).erasureId, first.erasureId);
    await vault.workOnce();
    world.logEnd = 200;
    const second = await erase('jane');
    assert.notDeepEqual(second.erasureId, first.erasureId);
    assert.equal((await leaseOne('jane', 150)).key, null, 'what was not stored yet is below the new barrier');
  });

  test('of somebody of whom nothing is stored, still leaves a tombstone', async () => {
    const erasure = await erase('nobody');
    await vault.workOnce();
    assert.equal(stateOf(erasure), 'DESTROYED');
    assert.equal((await leaseOne('nobody', 99)).key, null);
  });

  test('holds refuse, of the subject or of the whole tenant, until the last is lifted', async () => {
    const { key } = await leaseOne('jane');
    const hold = (subject: string | null) =>
      vault.erasures.placeHold({ tenant: 'acme', subject, reason: 'suit', client: OPERATOR });
    const [first, second] = [await hold('jane'), await hold(null)];
    assert.ok(first && second);
    const erasure = await erase('jane');
    assert.equal(erasure.state, 'HELD_PENDING');
    assert.deepEqual((await erase('jane')).erasureId, erasure.erasureId);
    await vault.workOnce();
    assert.deepEqual((await leaseOne('jane')).key, key);
    assert.equal(vault.erasures.releaseHold(first), true);
    assert.equal(vault.erasures.releaseHold(first), false);
    await vault.workOnce();
    assert.equal(stateOf(erasure), 'HELD_PENDING');
    world.logEnd = 300;
    vault.erasures.releaseHold(second);
    await vault.workOnce();
    assert.equal(stateOf(erasure), 'DESTROYED');
    assert.equal(vault.store.findErasure(erasure.erasureId)?.barriers[0]?.offset, 300);
    assert.equal((await hold('jane')) === null, false, 'what comes later may be held');
    const other = await erase('john');
    assert.equal(other.state, 'ERASING');
    assert.equal(await hold('john'), null, 'too late');
  });

  test('many that wait are destroyed with one new KEK version', async () => {
    for (const subject of ['a', 'b', 'c', 'd']) await leaseOne(subject);
    for (const subject of ['a', 'b', 'c']) await erase(subject);
    await vault.workOnce();
    assert.equal(vault.store.scope('subjects:acme')?.current, 2);
    assert.equal(vault.store.erasuresIn('DESTROYED').length, 3);
  });
});

describe('a crash', () => {
  class Crash extends Error {}

  test('anywhere goes on where it was, and ends the same', async () => {
    let crashes = 0;
    for (let at = 1; ; at++) {
      vault.crash();
      world.remove();
      world = await createVaultWorld();
      vault = await openTestVault(world);
      const survivors = await Promise.all(['john', 'jim'].map((subject) => leaseOne(subject)));
      const { key } = await leaseOne('jane');
      assert.ok(key);
      await leaseDay('2026-03-04', 'quarantine');
      vault.crash();

      let passed = 0;
      let where = '';
      const crashOnce = (name: string) => {
        passed++;
        if (passed !== at) return;
        where = name;
        throw new Crash(name);
      };
      const course = async () => {
        await erase('jane');
        await vault.workOnce();
        world.logStart = 100;
        world.nowMs += 31 * DAY_MS;
        await vault.workOnce();
        await vault.workOnce();
      };
      const opened = await openTestVault(world, crashOnce).catch(() => null);
      if (opened !== null) vault = opened;
      if (opened !== null)
        await course().catch((error: unknown) => assert.ok(error instanceof Crash, String(error)));
      if (opened !== null) vault.crash();
      vault = await openTestVault(world);
      world.logStart = 0;
      // Whoever asked and got no answer asks again.
      if (vault.store.erasuresOf(vault.indexOf('acme', 'jane')).length === 0) await erase('jane');
      world.logStart = 100;
      world.nowMs += 31 * DAY_MS;
      for (let round = 0; round < 3; round++) await vault.workOnce();

      const [erasure] = vault.store.erasuresOf(vault.indexOf('acme', 'jane'));
      assert.equal(erasure?.state, 'COMPLETE', where);
      assert.deepEqual(
        await Promise.all(['john', 'jim'].map((subject) => leaseOne(subject))),
        survivors,
        where,
      );
      assert.equal((await leaseOne('jane', 99)).key, null, where);
      assert.equal(await vault.keks.read('subjects:acme', 1), null, where);
      const states = new Set(
        statementsSent(world).map(({ details }) => details.find(({ key: name }) => name === 'state')?.value),
      );
      assert.deepEqual([...states], ['ERASING', 'DESTROYED', 'COMPLETE'], where);
      if (where === '') break;
      crashes++;
    }
    assert.ok(crashes > 25, `${crashes} places`);
  });
});

describe('backups', () => {
  test('one with the survivors is there before a KEK is destroyed', async () => {
    await leaseOne('jane');
    await leaseOne('john');
    await erase('jane');
    vault.crash();
    const passed: string[] = [];
    vault = await openTestVault(world, (name) => passed.push(name));
    await vault.workOnce();
    assert.ok(passed.indexOf('after back up') < passed.indexOf('before destroy a KEK'), passed.join());
    assert.ok(passed.includes('after back up'));
  });

  test('one from after an erasure brings everybody back but the erased', async () => {
    const [jane, john] = [await leaseOne('jane'), await leaseOne('john')];
    await erase('jane');
    await vault.workOnce();
    const backup = readdirSync(join(world.directory, 'backups'))
      .filter((name) => name.startsWith('vault-'))
      .at(-1);
    await restore(backup ?? '');
    assert.deepEqual(await leaseOne('john'), john);
    assert.equal((await leaseOne('jane', 99)).key, null);
    assert.ok(jane.key);
    assert.equal(vault.store.findById(jane.key.keyId), null);
  });

  test('no file that is left opens an erased key, older backups included', async () => {
    const { key } = await leaseOne('jane');
    await leaseOne('john');
    assert.ok(key);
    const older = await vault.backUp();
    await erase('jane');
    await vault.workOnce();
    const database = openDatabase(join(world.directory, 'backups', older));
    const row = createSqliteStore(database).findById(key.keyId);
    database.close();
    assert.ok(row, 'the older backup still has the row');
    const keks = createFileKeks(join(world.directory, 'keks'));
    for (let version = 1; version < 10; version++) {
      const kek = await keks.read('subjects:acme', version);
      if (kek === null) continue;
      for (const claimed of new Set<number>([version, row.kekVersion]))
        assert.equal(
          unwrapKey(
            { scope: 'subjects:acme', version: claimed, key: createSecretKey(kek) },
            row.keyId,
            row.wrapped,
          ),
          null,
        );
    }
    assert.deepEqual(filesWith(world.directory, key.boxKey), []);
    await assert.rejects(restore(older), KeksMissing);
    vault = await openFresh();
  });

  test('an older backup with copies of the KEKs: erasures are carried out before anybody is answered', async () => {
    const [jane, john] = [await leaseOne('jane'), await leaseOne('john')];
    assert.ok(jane.key);
    const older = await vault.backUp();
    cpSync(join(world.directory, 'keks'), join(world.directory, 'copied'), { recursive: true });
    const erasure = await erase('jane');
    await vault.workOnce();
    cpSync(join(world.directory, 'copied'), join(world.directory, 'keks'), { recursive: true });
    await restore(older);
    assert.equal(stateOf(erasure), 'DESTROYED');
    assert.equal(vault.store.findById(jane.key.keyId), null);
    assert.deepEqual(await leaseOne('jane', 99), { key: null, erasedBelow: erasure.barriers });
    assert.deepEqual(await leaseOne('john'), john);
    assert.equal(
      await vault.keks.read('subjects:acme', 1),
      null,
      'the copy in its place is destroyed as well',
    );
  });

  test('a statement that another vault signed changes nothing', async () => {
    const { key } = await leaseOne('jane');
    const older = await vault.backUp();
    await erase('jane');
    await vault.sendAll();
    const other = await createVaultWorld();
    other.sent.push(...world.sent);
    cpSync(join(world.directory, 'backups', older), join(other.directory, 'vault.sqlite'));
    cpSync(join(world.directory, 'keks'), join(other.directory, 'keks'), { recursive: true });
    const foreign = await openTestVault(other);
    assert.ok(key);
    assert.notEqual(foreign.store.findById(key.keyId), null);
    foreign.crash();
    other.remove();
  });
});

async function openFresh(): Promise<RunningTestVault> {
  world.remove();
  world = await createVaultWorld();
  return openTestVault(world);
}
