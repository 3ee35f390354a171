import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FleetWorld } from './fleet-world.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);

function stepsOf(changes: readonly { readonly events: readonly object[] }[]): string[] {
  return changes.flatMap(({ events }) => events.map((event) => ('step' in event ? String(event.step) : '')));
}

test('every policy of every tenant goes through all steps at the start', () => {
  const changes = new FleetWorld(1, ['acme', 'globex']).announceAll(NOW_MS);
  assert.equal(stepsOf(changes).length, 2 * 4 * 6);
  assert.deepEqual(stepsOf(changes).slice(0, 6), [
    'AUTHORED',
    'APPROVED',
    'SIGNED',
    'GATE_PASSED',
    'DEPLOYED',
    'ACTIVATED',
  ]);
  const ids = changes.flatMap(({ events }) =>
    events.map((event) => ('change_id' in event ? event.change_id : '')),
  );
  assert.equal(new Set(ids).size, ids.length);
});

test('overblocking begins with a deploy of the first tenant and ends with its rollback', () => {
  const world = new FleetWorld(1, ['acme', 'globex']);
  const before = world.versionsOf('acme')['content-safety'];
  const began = world.enter('overblocking', NOW_MS);
  const strict = world.versionsOf('acme')['content-safety'];
  assert.deepEqual([began.length, began[0]?.tenant, stepsOf(began).at(-1)], [1, 'acme', 'ACTIVATED']);
  assert.notEqual(strict, before);
  assert.equal(world.versionsOf('globex')['content-safety'], before);

  for (let i = 0; i < 50; i++) world.deployRoutinely(NOW_MS);
  assert.equal(world.versionsOf('acme')['content-safety'], strict, 'the strict version stays');

  const [ended] = world.enter('normal', NOW_MS);
  assert.equal(world.versionsOf('acme')['content-safety'], before);
  assert.deepEqual(
    ended?.events.map((event) => ('reverts' in event ? event.reverts : null)),
    [strict],
  );
});

test('a version mismatch is a rollout that one service misses until the scenario ends', () => {
  const world = new FleetWorld(1, ['acme', 'globex']);
  const before = world.versionsOf('acme', 'support-bot')['content-safety'];
  const began = world.enter('version-mismatch', NOW_MS);
  assert.deepEqual([began[0]?.tenant, stepsOf(began).at(-1)], ['acme', 'ACTIVATED']);
  const active = world.versionsOf('acme', 'checkout-assistant')['content-safety'];
  assert.notEqual(active, before);
  assert.equal(world.versionsOf('acme', 'support-bot')['content-safety'], before);
  assert.deepEqual(world.enter('normal', NOW_MS), []);
  assert.equal(world.versionsOf('acme', 'support-bot')['content-safety'], active);
});

test('an unauthorised change is activated by its author, unsigned, and ends with its rollback', () => {
  const world = new FleetWorld(1, ['acme', 'globex']);
  const before = world.versionsOf('acme').consent;
  const began = world.enter('unauthorised-change', NOW_MS);
  assert.deepEqual(stepsOf(began), ['AUTHORED', 'APPROVED', 'ACTIVATED']);
  const who = began.flatMap(({ events }) => events.map((event) => ('who' in event ? event.who : '')));
  assert.equal(new Set(who).size, 1);
  assert.notEqual(world.versionsOf('acme').consent, before);
  assert.deepEqual(stepsOf(world.enter('drift', NOW_MS)), ['ROLLED_BACK']);
  assert.equal(world.versionsOf('acme').consent, before);
});

test('to enter the scenario that is played already changes nothing', () => {
  const world = new FleetWorld(1, ['acme']);
  world.enter('overblocking', NOW_MS);
  assert.deepEqual(world.enter('overblocking', NOW_MS), []);
});

test('the same seed makes the same deploys', () => {
  const deploys = () => {
    const world = new FleetWorld(7, ['acme', 'globex']);
    return Array.from({ length: 10 }, () => world.deployRoutinely(NOW_MS));
  };
  assert.deepEqual(deploys(), deploys());
});
