import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileEventJson } from '../../domain/contract/event-json.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { FleetWorld } from './fleet-world.ts';
import { ingressTally, labelEvent } from './gateway-events.ts';
import { planLabel } from './plan-label.ts';
import { firstVersions } from './policy-versions.ts';
import { Random } from './random.ts';
import { fleetRoster } from './roster.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const DECISION_ID = '4ca636c1-55e4-417a-b1d8-4aceb67960d1';

/** What the JSON form of a subject has against an event; the tenant comes from the token. */
function problemsOf(subject: string, event: object): string[] {
  const { type } = loadReleasedSchemas().newest(subject);
  const form = compileEventJson(type, { defaults: { tenant_id: '' }, withheld: ['salt'], identities: [] });
  const issues = form.safeParse(JSON.parse(JSON.stringify(event))).error?.issues ?? [];
  return issues.map(({ path, message }) => `${subject} ${path.join('.')}: ${message}`);
}

test('tallies, labels and policy changes have the form that the gateway takes', () => {
  const [member] = fleetRoster(['acme']);
  assert.ok(member);
  const interval = { startMs: NOW_MS, endMs: NOW_MS + 1_000, requests: 7 };
  const tally = ingressTally(member, interval, NOW_MS, firstVersions());
  assert.deepEqual(problemsOf('request-tally', tally), []);

  const labels = Array.from({ length: 200 }, (_, n) => planLabel(new Random('labels', n), 'DENY', false));
  const given = labels.filter((label) => label !== null);
  assert.ok(given.length > 40);
  for (const label of given) {
    assert.deepEqual(problemsOf('label', labelEvent(label, 'support-bot-guard-1', DECISION_ID, NOW_MS)), []);
  }

  const world = new FleetWorld(1, ['acme']);
  const changes = [
    world.announceAll(NOW_MS),
    world.enter('overblocking', NOW_MS),
    world.enter('normal', NOW_MS),
  ];
  for (const event of changes.flat().flatMap(({ events }) => events)) {
    assert.deepEqual(problemsOf('policy-change', event), []);
  }
});

test('a label that is given again has the same id, and one of another decision has not', () => {
  const label = { source: 'RANDOM', verdict: 'UNSURE', reviewer: 'r', note: '', delayMs: 0 } as const;
  const idOf = (decisionId: string) => {
    const event = labelEvent(label, 'guard-1', decisionId, NOW_MS);
    return 'label_id' in event ? event.label_id : null;
  };
  assert.equal(idOf(DECISION_ID), idOf(DECISION_ID));
  assert.notEqual(idOf(DECISION_ID), idOf('5ca636c1-55e4-417a-b1d8-4aceb67960d1'));
});
