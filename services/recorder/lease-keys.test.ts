import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BatchKeys, KeyNeeds } from '../../domain/recording/key-needs.ts';
import { createMemoryVault, type MemoryVault, PATIENT } from '../../test/support/memory-vault.ts';
import { KeyCache } from './key-cache.ts';
import { createKeyLeases } from './lease-keys.ts';

const AT = { topic: 'docket.decisions.v1', partition: 0 };

function fixture(changes: Partial<MemoryVault> = {}) {
  const vault = Object.assign(createMemoryVault(), changes);
  const said: string[] = [];
  const clock = { nowMs: 1_000 };
  const keys = createKeyLeases({
    vault,
    report: {
      leaseFailed: (code) => said.push(`failed ${code}`),
      vaultUnavailable: (isUnavailable) => said.push(isUnavailable ? 'away' : 'back'),
    },
    codeOf: (error) => (error instanceof TypeError ? null : 'unreachable'),
    nowMs: () => clock.nowMs,
    maxCached: 100,
  });
  return { vault, said, clock, keys };
}

/** What is known of a person's key. */
function personOf(taken: BatchKeys, wanted: KeyNeeds, subject: string) {
  return taken.person(wanted.addPerson('acme', subject, 0));
}

function needs(people: readonly string[], offset = 5): KeyNeeds {
  const wanted = new KeyNeeds();
  for (const person of people) wanted.addPerson('acme', person, offset);
  return wanted;
}

test('a lease serves later batches until it is over, and then never again', async () => {
  const { vault, clock, keys } = fixture({ leaseMs: 60_000 });
  const first = await keys.take(AT, needs(['jane', 'john']), PATIENT);
  assert.equal(first.validUntilMs, 61_000);
  await keys.take({ ...AT, partition: 1 }, needs(['jane', 'jim']), PATIENT);
  assert.deepEqual(vault.asked, [2, 1]);
  clock.nowMs = 60_999;
  await keys.take(AT, needs(['jane']), PATIENT);
  assert.deepEqual(vault.asked, [2, 1]);
  clock.nowMs = 61_000;
  await keys.take(AT, needs(['jane']), PATIENT);
  assert.deepEqual(vault.asked, [2, 1, 1]);
});

test('many are leased at once, never more than the vault answers', async () => {
  const { vault, keys } = fixture();
  const wanted = needs(Array.from({ length: 12_000 }, (_, index) => `person-${index}`));
  wanted.addDay('acme', '2026-03-01', 'erasable');
  wanted.addDay('', '2026-03-01', 'quarantine');
  const taken = await keys.take(AT, wanted, PATIENT);
  assert.deepEqual(vault.asked, [5_000, 5_000, 2_000, 2]);
  // The cache is smaller; the batch has all the same.
  assert.ok(personOf(taken, wanted, 'person-0').key && personOf(taken, wanted, 'person-11999').key);
  assert.ok(taken.day('', '2026-03-01', 'quarantine'));
  assert.notDeepEqual(taken.day('acme', '2026-03-01', 'erasable'), taken.day('', '2026-03-01', 'quarantine'));
  assert.throws(() => personOf(taken, wanted, 'somebody else'), /not asked for/);
});

test('a request stays small enough for the vault, however long the ids are', async () => {
  const { vault, keys } = fixture();
  await keys.take(
    AT,
    needs(Array.from({ length: 1_000 }, (_, index) => `${index}`.padStart(1_000, 'x'))),
    PATIENT,
  );
  assert.deepEqual(vault.asked, [400, 400, 200]);
});

test('that somebody was forgotten is kept for what was forgotten, and asked again for what came later', async () => {
  const { vault, keys } = fixture();
  vault.erase('acme', 'jane', [{ ...AT, offset: 10 }]);
  const forgotten = await keys.take(AT, needs(['jane'], 9), PATIENT);
  assert.deepEqual(personOf(forgotten, needs(['jane']), 'jane'), { key: null, token: null, erasedBelow: 10 });
  await keys.take(AT, needs(['jane'], 8), PATIENT);
  assert.deepEqual(vault.asked, [1]);
  const anew = await keys.take(AT, needs(['jane'], 10), PATIENT);
  assert.ok(personOf(anew, needs(['jane']), 'jane').key);
  assert.equal(personOf(anew, needs(['jane']), 'jane').erasedBelow, 10);
  assert.deepEqual(vault.asked, [1, 1]);
});

test('while the vault is away batches wait; that is said once, and once when it is back', async () => {
  const { vault, said, keys } = fixture({ isDown: true });
  const waits: boolean[] = [];
  const waiter = { ...PATIENT, waiting: (isWaiting: boolean) => waits.push(isWaiting) };
  const both = [keys.take(AT, needs(['jane']), waiter), keys.take(AT, needs(['john']), waiter)];
  await sleep(250);
  assert.deepEqual(
    said.filter((what) => !what.startsWith('failed')),
    ['away'],
  );
  assert.ok(said.length >= 5, 'each is tried again');
  vault.isDown = false;
  await Promise.all(both);
  assert.deepEqual(
    said.filter((what) => !what.startsWith('failed')),
    ['away', 'back'],
  );
  assert.deepEqual(waits, [true, true, false, false]);
});

test('leases that are at hand are used while the vault is away', async () => {
  const { vault, said, keys } = fixture();
  await keys.take(AT, needs(['jane']), PATIENT);
  vault.isDown = true;
  assert.ok(personOf(await keys.take(AT, needs(['jane']), PATIENT), needs(['jane']), 'jane').key);
  assert.deepEqual(said, []);
});

test('who needs no keys any more stops waiting', async () => {
  const { said, keys } = fixture({ isDown: true });
  const end = new AbortController();
  const waiting = keys.take(AT, needs(['jane']), { ...PATIENT, signal: end.signal });
  await sleep(20);
  end.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
  assert.equal(said.at(-1), 'back');
});

test('keys that are over when they come are not used', async () => {
  const { vault, said, keys } = fixture({ leaseMs: 0 });
  const waiting = keys.take(AT, needs(['jane']), PATIENT);
  await sleep(20);
  assert.deepEqual(said, ['failed short_lease', 'away']);
  vault.leaseMs = 1_000;
  assert.ok(personOf(await waiting, needs(['jane']), 'jane').key);
});

test('what is no failure of the vault is no reason to wait', async () => {
  const lease = async () => {
    throw new TypeError('a mistake');
  };
  await assert.rejects(fixture({ lease }).keys.take(AT, needs(['jane']), PATIENT), TypeError);
});

test('the cache is bounded, and lets go of what is over', () => {
  const cache = new KeyCache(3);
  const lease = (untilMs: number) => ({
    key: null,
    token: null,
    erasedBelow: [{ ...AT, offset: 9 }],
    untilMs,
  });
  for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) cache.keepPerson(name, lease(100 + index), 0);
  assert.equal(cache.size, 3);
  assert.deepEqual([cache.person('a', AT, 1, 0), cache.person('d', AT, 1, 0)?.untilMs], [null, 103]);
  cache.keepPerson('e', lease(200), 102);
  assert.equal(cache.size, 2, 'b and c are over');
  assert.equal(cache.person('d', AT, 1, 103), null);
});
