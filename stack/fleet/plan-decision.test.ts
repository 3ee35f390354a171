import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Outcome } from '../../domain/contract/events.ts';
import { compileValidateStage } from '../../domain/recording/validate-event.ts';
import { createTextRedactor } from '../../domain/redaction/text-redactor.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { toDecision } from '../../sdk/decision-report.ts';
import { BADGE_PATTERN, isBypassed } from './act-out.ts';
import { type PlannedDecision, planDecision } from './plan-decision.ts';
import { firstVersions } from './policy-versions.ts';
import { type FleetMember, fleetRoster } from './roster.ts';
import type { ScenarioName } from './scenario.ts';

const roster = fleetRoster(['acme', 'globex']);
const versions = firstVersions();

function memberOf(service: string): FleetMember {
  const member = roster.find((each) => each.service === service);
  assert.ok(member);
  return member;
}

function plan(member: FleetMember, count: number, scenario: ScenarioName = 'normal', seed = 1) {
  return Array.from({ length: count }, (_, index) =>
    planDecision(seed, member, index, { scenario, decisionsSince: index }, versions),
  );
}

function share(decisions: readonly PlannedDecision[], holds: (decision: PlannedDecision) => boolean): number {
  return decisions.filter(holds).length / decisions.length;
}

const withOutcome =
  (...outcomes: readonly Outcome[]) =>
  ({ report }: PlannedDecision) =>
    outcomes.includes(report.outcome);

describe('reproducibility', () => {
  const member = memberOf('support-bot');

  test('the same seed, member, index and scene give the same decision, ids included, in any order', () => {
    const forwards = plan(member, 200, 'drift');
    const backwards = Array.from({ length: 200 }, (_, at) => 199 - at).map((index) =>
      planDecision(1, member, index, { scenario: 'drift', decisionsSince: index }, versions),
    );
    assert.deepEqual(backwards.reverse(), forwards);
  });

  test('no two decisions share an id, over members, indexes and seeds', () => {
    const seeds = [1, 2].flatMap((seed) => roster.flatMap((each) => plan(each, 300, 'normal', seed)));
    assert.equal(new Set(seeds.map(({ report }) => report.decisionId)).size, 2 * roster.length * 300);
    assert.equal(new Set(seeds.map(({ report }) => report.requestId)).size, 2 * roster.length * 300);
  });
});

test('the fleet has six enforcers with the SDK and two OPAs, and their shares make a whole', () => {
  const routes = roster.map(({ route }) => route);
  assert.equal(routes.filter((route) => route === 'sdk').length, 6);
  assert.equal(routes.filter((route) => route === 'opa').length, 2);
  const sum = roster.reduce((total, { weight }) => total + weight, 0);
  assert.ok(Math.abs(sum - 1) < 1e-9);
  assert.equal(new Set(roster.map(({ tenant, enforcerId }) => `${tenant}/${enforcerId}`)).size, 8);
});

test('every planned decision is one that the recorder takes', () => {
  const { type } = loadReleasedSchemas().newest('decision');
  const validate = compileValidateStage(type, ['enforcer.id']);
  for (const member of roster) {
    for (const scenario of ['normal', 'engine-outage'] as const) {
      for (const { report } of plan(member, 300, scenario)) {
        const context = { ...member, enforcer: { id: member.enforcerId, version: '1', epoch: 1 } };
        const verdict = validate({ ...toDecision(report, context, 0) });
        assert.equal(verdict.kind, 'emit', JSON.stringify(verdict));
      }
    }
  }
});

describe('an ordinary day', () => {
  const sdk = roster.filter(({ route }) => route === 'sdk');
  const decisions = sdk.flatMap((member) => plan(member, 4_000));

  test('most is allowed, some denied, and errors stay within the objective', () => {
    const allowed = share(decisions, withOutcome('ALLOW'));
    const denied = share(decisions, withOutcome('DENY'));
    assert.ok(allowed > 0.88 && allowed < 0.95, `${allowed}`);
    assert.ok(denied > 0.03 && denied < 0.07, `${denied}`);
    const bad = share(
      decisions,
      ({ report }) =>
        report.mode === 'ENFORCE' &&
        ((report.applied !== 'APPLIED' && report.applied !== 'PENDING') ||
          report.fallback !== 'NONE' ||
          withOutcome('ERROR', 'UNDEFINED')({ report, label: null })),
    );
    assert.ok(bad > 0 && bad < 0.001, `${bad}`);
  });

  test('latencies have a median near 3 ms and a tail that keeps the objective of 50 ms', () => {
    const sorted = decisions.map(({ report }) => report.latencyUs).sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    assert.ok(median > 1_800 && median < 3_500, `${median}`);
    const slow = share(decisions, ({ report }) => report.latencyUs > 50_000);
    assert.ok(slow > 0 && slow < 0.005, `${slow}`);
  });

  test('a tenth carries erasable data, and labels of source RANDOM find few false positives', () => {
    const erasable = share(decisions, ({ report }) => report.erasable !== undefined);
    assert.ok(erasable > 0.08 && erasable < 0.12, `${erasable}`);
    const rate = falsePositiveRate(decisions);
    assert.ok(rate.n > 200 && rate.rate < 0.01, JSON.stringify(rate));
    const appeals = decisions.filter(({ label }) => label?.source === 'APPEAL').length;
    const all = decisions.filter(({ label }) => label !== null).length;
    assert.ok(appeals > 0 && appeals < all / 4);
  });

  test('everything personal in a rationale is found by redaction', () => {
    const redact = createTextRedactor();
    const personal = decisions.filter(({ report }) => report.rationale.includes(';'));
    assert.ok(personal.length > decisions.length / 40);
    for (const { report } of personal) {
      const quoted = report.rationale.split('; ')[1] ?? '';
      const secret = quoted.replace(/^[a-z :A-Z]* (?=\S*[0-9@+])/, '');
      assert.ok(!JSON.stringify(redact.redact(report.rationale)).includes(secret), secret);
    }
  });
});

describe('scenarios', () => {
  test('overblocking: content-safety of the first tenant denies far more, and most of it is legitimate', () => {
    const decisions = plan(memberOf('checkout-assistant'), 6_000, 'overblocking');
    const hit = decisions.filter(({ report }) => report.policy.id === 'content-safety');
    assert.ok(share(hit, withOutcome('DENY')) > 0.35);
    assert.ok(falsePositiveRate(hit).rate > 0.75);
    const spared = decisions.filter(({ report }) => report.policy.id !== 'content-safety');
    assert.ok(share(spared, withOutcome('DENY')) < 0.1);
    assert.ok(share(plan(memberOf('hr-screening'), 3_000, 'overblocking'), withOutcome('DENY')) < 0.1);
  });

  test('engine-outage: one service fails closed by time-out and applies nothing, the others go on', () => {
    const decisions = plan(memberOf('support-bot'), 2_000, 'engine-outage');
    const failed = decisions.filter(withOutcome('ERROR'));
    assert.ok(failed.length > 1_700);
    for (const { report } of failed) {
      assert.deepEqual(
        [report.fallback, report.applied, report.timedOut, report.error?.class],
        ['FAIL_CLOSED', 'NOT_APPLIED', true, 'engine_timeout'],
      );
    }
    const others = plan(memberOf('checkout-assistant'), 2_000, 'engine-outage');
    assert.ok(share(others, withOutcome('ERROR')) < 0.005);
  });

  test('slow-evaluation: one service takes beyond its objective, and decides as ever', () => {
    const decisions = plan(memberOf('support-bot'), 2_000, 'slow-evaluation');
    const isSlow = ({ report }: PlannedDecision) => report.latencyUs > 50_000;
    assert.ok(share(decisions, isSlow) > 0.4);
    assert.ok(share(decisions, withOutcome('ERROR')) < 0.005);
    assert.ok(decisions.every((each) => !isSlow(each) || !each.report.cached));
    assert.ok(share(plan(memberOf('checkout-assistant'), 2_000, 'slow-evaluation'), isSlow) < 0.01);
  });

  test('policy-conflict: two policies answer one request, and some allow what the other denies', () => {
    const decisions = plan(memberOf('checkout-assistant'), 4_000, 'policy-conflict');
    let conflicts = 0;
    for (const [index, { report }] of decisions.entries()) {
      const before = decisions[index - 1]?.report;
      if (index % 2 === 0 || before === undefined) continue;
      if (report.probe !== undefined) continue;
      assert.deepEqual([report.requestId, report.action], [before.requestId, before.action]);
      const effects = [report, before].flatMap(({ rules }) => rules?.map(({ effect }) => effect) ?? []);
      if (effects.includes('allow') && effects.includes('deny')) conflicts++;
    }
    assert.ok(conflicts > 100, `${conflicts}`);
    const spared = plan(memberOf('hr-screening'), 1_000, 'policy-conflict');
    assert.equal(new Set(spared.map(({ report }) => report.requestId)).size, 1_000);
  });

  test('silent-bypass: half of one service’s requests meet no policy, and all of the others’ do', () => {
    const scene = { scenario: 'silent-bypass', decisionsSince: 0 } as const;
    const bypassed = (service: string) =>
      Array.from({ length: 1_000 }, (_, index) => isBypassed(1, memberOf(service), index, scene)).filter(
        Boolean,
      ).length;
    assert.ok(bypassed('support-bot') > 400 && bypassed('support-bot') < 600);
    assert.equal(bypassed('checkout-assistant'), 0);
    assert.ok(!isBypassed(1, memberOf('support-bot'), 7, { scenario: 'normal', decisionsSince: 0 }));
  });

  test('leak: badges are quoted that only rules of one’s own know; the built-in ones let them pass', () => {
    const quoting = plan(memberOf('support-bot'), 4_000, 'leak').filter(({ report }) =>
      new RegExp(BADGE_PATTERN).test(report.rationale),
    );
    assert.ok(quoting.length > 60, `${quoting.length}`);
    const redactor = createTextRedactor();
    for (const { report } of quoting)
      assert.match(redactor.redact(report.rationale).text, new RegExp(BADGE_PATTERN));
    const usual = plan(memberOf('support-bot'), 2_000);
    assert.ok(usual.every(({ report }) => !report.rationale.includes('STF-')));
  });

  test('underdetection: probes that were always denied are mostly allowed', () => {
    const probes = (scenario: ScenarioName, service = 'support-bot') =>
      plan(memberOf(service), 6_000, scenario).filter(({ report }) => report.probe !== undefined);
    assert.ok(probes('normal').length > 60);
    assert.equal(share(probes('normal'), withOutcome('DENY')), 1);
    assert.ok(share(probes('underdetection'), withOutcome('ALLOW')) > 0.5);
    assert.equal(share(probes('underdetection', 'hr-screening'), withOutcome('DENY')), 1);
  });

  test('unauthorised-change: enforcers say that the bundle of consent is not signed', () => {
    const decisions = plan(memberOf('checkout-assistant'), 1_000, 'unauthorised-change');
    for (const { report } of decisions.filter(({ report: { probe } }) => probe === undefined))
      assert.equal(report.policy.signed, report.policy.id !== 'consent');
  });

  test('drift: UNDEFINED and WARN grow slowly, everywhere', () => {
    for (const member of roster.filter(({ route }) => route === 'sdk')) {
      const decisions = plan(member, 3_000, 'drift');
      const odd = withOutcome('UNDEFINED', 'WARN');
      const early = share(decisions.slice(0, 200), odd);
      const late = share(decisions.slice(1_500), odd);
      assert.ok(early < 0.12 && late > 0.25, `${member.service}: ${early} → ${late}`);
    }
  });
});

/** As the evaluator estimates it: labels of source RANDOM on blocks, unsure ones left out. */
function falsePositiveRate(decisions: readonly PlannedDecision[]): { n: number; rate: number } {
  const verdicts = decisions.flatMap(({ report, label }) =>
    report.outcome === 'DENY' && label?.source === 'RANDOM' && label.verdict !== 'UNSURE'
      ? [label.verdict]
      : [],
  );
  return {
    n: verdicts.length,
    rate: verdicts.filter((verdict) => verdict === 'LEGITIMATE').length / verdicts.length,
  };
}
