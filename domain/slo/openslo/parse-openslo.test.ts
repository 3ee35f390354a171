import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseYamlDocuments } from '../../../platform/yaml/read-documents.ts';
import { describeProblem, parseOpenSlo } from './parse-openslo.ts';

const SERVICE = `apiVersion: openslo/v1
kind: Service
metadata: { name: everything }
`;

const POLICIES = `apiVersion: openslo/v1
kind: AlertPolicy
metadata:
  name: burn-rate
  annotations: { docket/alerting: burn-rate }
spec:
  conditions:
    - kind: AlertCondition
      spec:
        condition: { kind: burnrate, op: gt, threshold: 14.4, lookbackWindow: 1h, alertAfter: 1m }
---
apiVersion: openslo/v1
kind: AlertPolicy
metadata:
  name: ratio-bound
  annotations: { docket/alerting: ratio-bound }
spec:
  conditions:
    - kind: AlertCondition
      spec:
        condition: { kind: burnrate, op: gt, threshold: 1, lookbackWindow: 30m }
---
apiVersion: openslo/v1
kind: AlertPolicy
metadata:
  name: counts
  annotations: { docket/alerting: absolute }
spec: { alertWhenBreaching: true }
`;

const LATENCY = `apiVersion: openslo/v1
kind: SLO
metadata:
  name: fast
  labels:
    docket/tenant: acme
  annotations: {}
spec:
  description: Decisions are quick.
  service: everything
  indicator:
    spec:
      thresholdMetric:
        metricSource: { type: docket, spec: { indicator: decision-latency } }
  timeWindow:
    - duration: 30d
      isRolling: true
  budgetingMethod: Occurrences
  objectives:
    - op: lte
      value: 50
      target: 0.99
  alertPolicies: [burn-rate]
`;

function parse(...slos: readonly string[]) {
  const files = [SERVICE, POLICIES, ...slos];
  const read = files.map((text, index) => parseYamlDocuments(`${index}.yaml`, text));
  const notYaml = read.flatMap(({ problems }) => problems);
  const parsed = parseOpenSlo(read.flatMap(({ documents }) => documents));
  return { parsed, problems: [...notYaml, ...('problems' in parsed ? parsed.problems : [])] };
}

function edit(text: string, from: string, to: string): string {
  assert.ok(text.includes(from), `the example must hold ${JSON.stringify(from)}`);
  return text.replace(from, to);
}

const RATIO = edit(
  LATENCY,
  `thresholdMetric:
        metricSource: { type: docket, spec: { indicator: decision-latency } }`,
  `ratioMetric:
        rawType: success
        raw: { metricSource: { type: docket, spec: { indicator: enforcement-success } } }`,
).replace('- op: lte\n      value: 50\n      target', '- target');

const SLICES = edit(LATENCY, 'Occurrences', 'Timeslices').replace(
  'target: 0.99',
  'target: 0.99\n      timeSliceTarget: 0.95\n      timeSliceWindow: 5m',
);

const ABSOLUTE = edit(
  RATIO,
  'annotations: {}',
  'annotations: { docket/budget: absolute, docket/maxCount: 10 }',
)
  .replace('  objectives:\n    - target: 0.99\n', '')
  .replace('[burn-rate]', '[counts]');

const MONTH = `duration: 1M
      isRolling: false
      calendar: { startTime: 2026-01-01 00:00:00, timeZone: Europe/Berlin }`;

test('an SLO is what its documents say, wherever they stand', () => {
  const { parsed } = parse(LATENCY);
  assert.deepEqual(parsed, {
    slos: [
      {
        name: 'fast',
        description: 'Decisions are quick.',
        tenant: 'acme',
        service: '*',
        indicator: { kind: 'decision-latency', thresholdMs: 50 },
        window: { kind: 'rolling', days: 30 },
        severity: 'page',
        budgeting: 'occurrences',
        objective: 0.99,
        alerting: 'burn-rate',
        pageAtFourTimes: false,
      },
    ],
  });
});

for (const { what, text, expected } of [
  {
    what: 'a target in percent',
    text: edit(LATENCY, 'target: 0.99', 'targetPercent: 99.9'),
    expected: { objective: 0.999 },
  },
  {
    what: 'time slices',
    text: SLICES,
    expected: { budgeting: 'timeslices', sliceObjective: 0.95, sliceMinutes: 5 },
  },
  {
    what: 'a count',
    text: ABSOLUTE,
    expected: { budgeting: 'absolute', maxCount: 10, alerting: 'absolute' },
  },
  { what: 'weeks', text: edit(LATENCY, '30d', '4w'), expected: { window: { kind: 'rolling', days: 28 } } },
  {
    what: 'a calendar month',
    text: edit(LATENCY, 'duration: 30d\n      isRolling: true', MONTH),
    expected: {
      window: {
        kind: 'calendar',
        unit: 'month',
        timeZone: 'Europe/Berlin',
        startDate: { year: 2026, month: 1, day: 1 },
      },
    },
  },
  {
    what: 'a policy by reference',
    text: edit(LATENCY, '[burn-rate]', '[{ alertPolicyRef: burn-rate }]'),
    expected: { alerting: 'burn-rate' },
  },
]) {
  test(`${what} can be said`, () => {
    const { parsed, problems } = parse(text);
    assert.deepEqual(problems.map(describeProblem), []);
    assert.ok('slos' in parsed);
    const [slo] = parsed.slos;
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(Reflect.get(slo ?? {}, key), value);
  });
}

for (const { why, text, from, to, says } of [
  {
    why: 'an objective of 100 %',
    from: 'target: 0.99',
    to: 'target: 1',
    says: '22:15: spec.objectives[0].target must be a share below 1, such as 0.999: 100 % leaves no error budget',
  },
  {
    why: '100 in percent',
    from: 'target: 0.99',
    to: 'targetPercent: 100',
    says: '22:22: spec.objectives[0].targetPercent must be below 100',
  },
  {
    why: 'two targets',
    from: 'target: 0.99',
    to: 'target: 0.99\n      targetPercent: 99',
    says: '23:7: spec.objectives[0].targetPercent contradicts `target`',
  },
  {
    why: 'an objective that is text',
    from: 'target: 0.99',
    to: 'target: "0.99"',
    says: '22:15: spec.objectives[0].target must be a number',
  },
  {
    why: 'a missing target',
    from: '\n      target: 0.99',
    to: '',
    says: '20:7: spec.objectives[0].target is missing: give a number',
  },
  {
    why: 'an unreachable tier',
    from: 'target: 0.99',
    to: 'target: 0.95',
    says: '22:15: spec.objectives[0].target would need 72 % of events to fail over 1h before its fastest tier fires (at most 50 % is allowed)',
  },
  {
    why: 'an unknown metric',
    from: 'indicator: decision-latency',
    to: 'indicator: luck',
    says: '14:58: spec.indicator.spec.thresholdMetric.metricSource.spec.indicator is an unknown metric: known are decision-latency',
  },
  {
    why: 'another source',
    from: 'type: docket',
    to: 'type: prometheus',
    says: '14:31: spec.indicator.spec.thresholdMetric.metricSource.type must be docket',
  },
  {
    why: 'a threshold without its value',
    from: '\n      value: 50',
    to: '',
    says: 'spec.objectives[0].value is missing: give a number',
  },
  {
    why: 'a threshold the other way round',
    from: 'op: lte',
    to: 'op: gt',
    says: '20:11: spec.objectives[0].op must be lte',
  },
  {
    why: 'a threshold where none belongs',
    text: RATIO,
    from: 'target: 0.99',
    to: 'target: 0.99\n      value: 1',
    says: '22:7: spec.objectives[0].value contradicts enforcement-success, which has no threshold',
  },
  {
    why: 'latency as a ratio',
    text: RATIO,
    from: 'indicator: enforcement-success',
    to: 'indicator: decision-latency',
    says: '13:7: spec.indicator.spec.ratioMetric contradicts decision-latency, which has a threshold',
  },
  {
    why: 'good and total metrics',
    text: RATIO,
    from: 'rawType: success',
    to: 'rawType: success\n        good: {}',
    says: '15:9: spec.indicator.spec.ratioMetric.good is not computed: remove it; Docket counts good and total itself',
  },
  {
    why: 'a rolling month',
    from: '30d',
    to: '1M',
    says: '16:17: spec.timeWindow[0].duration contradicts a rolling window',
  },
  {
    why: 'a rolling window with a calendar',
    from: 'isRolling: true',
    to: 'isRolling: true\n      calendar: {}',
    says: '18:7: spec.timeWindow[0].calendar contradicts `isRolling: true`',
  },
  {
    why: 'a calendar of days',
    from: 'duration: 30d\n      isRolling: true',
    to: MONTH.replace('1M', '30d'),
    says: '16:17: spec.timeWindow[0].duration contradicts `isRolling: false`',
  },
  {
    why: 'a calendar window without a calendar',
    from: 'duration: 30d\n      isRolling: true',
    to: 'duration: 1M\n      isRolling: false',
    says: '16:7: spec.timeWindow[0].calendar is missing: give a mapping',
  },
  {
    why: 'a year',
    from: 'duration: 30d\n      isRolling: true',
    to: MONTH.replace('1M', '1Y'),
    says: 'is not computed: a calendar window is 1w, 1M or 1Q',
  },
  {
    why: 'an unknown zone',
    from: 'duration: 30d\n      isRolling: true',
    to: MONTH.replace('Europe/Berlin', 'Moon/Tycho'),
    says: '18:61: spec.timeWindow[0].calendar.timeZone is no time zone',
  },
  {
    why: 'a month that starts at noon',
    from: 'duration: 30d\n      isRolling: true',
    to: MONTH.replace('00:00:00', '12:00:00'),
    says: 'is not computed: periods start at midnight',
  },
  {
    why: 'a month that starts on the 31st',
    from: 'duration: 30d\n      isRolling: true',
    to: MONTH.replace('01-01', '01-31'),
    says: 'is not computed: a month starts on the first',
  },
  {
    why: 'a date that does not exist',
    from: 'duration: 30d\n      isRolling: true',
    to: MONTH.replace('01-01', '02-30'),
    says: 'must be a date and time such as',
  },
  {
    why: 'two windows',
    from: 'isRolling: true',
    to: 'isRolling: true\n    - duration: 7d',
    says: '16:5: spec.timeWindow must hold exactly one window',
  },
  {
    why: 'a week with burn rates',
    from: '30d',
    to: '7d',
    says: '16:17: spec.timeWindow[0].duration is too short for `docket/alerting: burn-rate`: its slowest tier would fire at 0.23 times',
  },
  {
    why: 'hours',
    from: '30d',
    to: '720h',
    says: 'is not computed: a rolling window has whole days or weeks',
  },
  {
    why: 'slices with occurrences',
    from: 'target: 0.99',
    to: 'target: 0.99\n      timeSliceTarget: 0.9',
    says: '23:7: spec.objectives[0].timeSliceTarget contradicts `budgetingMethod: Occurrences`',
  },
  {
    why: 'slices without their length',
    text: SLICES,
    from: '\n      timeSliceWindow: 5m',
    to: '',
    says: 'spec.objectives[0].timeSliceWindow is missing: give 1m or 5m',
  },
  {
    why: 'slices of an hour',
    text: SLICES,
    from: 'timeSliceWindow: 5m',
    to: 'timeSliceWindow: 1h',
    says: '24:24: spec.objectives[0].timeSliceWindow is not computed: a slice lasts 1m or 5m',
  },
  {
    why: 'slices that alert on a ratio',
    text: SLICES,
    from: '[burn-rate]',
    to: '[ratio-bound]',
    says: 'spec.alertPolicies[0] is not computed: time slices alert by',
  },
  {
    why: 'ratio time slices',
    from: 'Occurrences',
    to: 'RatioTimeslices',
    says: '18:20: spec.budgetingMethod is not computed',
  },
  {
    why: 'an unknown method',
    from: 'Occurrences',
    to: 'Guesses',
    says: '18:20: spec.budgetingMethod must be one of Occurrences, Timeslices',
  },
  {
    why: 'a count with a target',
    text: ABSOLUTE,
    from: 'alertPolicies',
    to: 'objectives: [{ target: 0.9 }]\n  alertPolicies',
    says: '20:18: spec.objectives[0].target contradicts `docket/budget: absolute`',
  },
  {
    why: 'a count of nothing',
    text: ABSOLUTE,
    from: 'maxCount: 10',
    to: 'maxCount: 0',
    says: 'metadata.annotations.docket/maxCount must be a whole number from 1 on',
  },
  {
    why: 'a count without its number',
    text: ABSOLUTE,
    from: ', docket/maxCount: 10',
    to: '',
    says: 'metadata.annotations.docket/maxCount is missing',
  },
  {
    why: 'a number without a count',
    from: 'annotations: {}',
    to: 'annotations: { docket/maxCount: 3 }',
    says: '7:18: metadata.annotations.docket/maxCount says nothing without',
  },
  {
    why: 'a count that burns',
    text: ABSOLUTE,
    from: '[counts]',
    to: '[burn-rate]',
    says: 'spec.alertPolicies[0] contradicts `docket/budget: absolute`',
  },
  {
    why: 'a share that counts',
    from: '[burn-rate]',
    to: '[counts]',
    says: '23:19: spec.alertPolicies[0] names a policy with `docket/alerting: absolute`',
  },
  {
    why: 'an unknown AlertPolicy',
    from: '[burn-rate]',
    to: '[burn-rite]',
    says: '23:19: spec.alertPolicies[0] names an AlertPolicy that no file defines',
  },
  {
    why: 'two policies',
    from: '[burn-rate]',
    to: '[burn-rate, counts]',
    says: '23:18: spec.alertPolicies must name exactly one AlertPolicy',
  },
  {
    why: 'an unknown Service',
    from: 'service: everything',
    to: 'service: nothing',
    says: '10:12: spec.service names a Service that no file defines',
  },
  {
    why: 'an unknown key',
    from: 'budgetingMethod',
    to: 'burn: true\n  budgetingMethod',
    says: '18:3: spec.burn is unknown here: remove it, or correct its name',
  },
  {
    why: 'an indicator by reference',
    from: 'budgetingMethod',
    to: 'indicatorRef: x\n  budgetingMethod',
    says: '18:3: spec.indicatorRef is not computed: remove it; write the indicator itself',
  },
  {
    why: 'an unknown annotation of ours',
    from: 'annotations: {}',
    to: 'annotations: { docket/bugdet: absolute }',
    says: '7:18: metadata.annotations.docket/bugdet is unknown: known are docket/budget, docket/maxCount',
  },
  {
    why: 'an unknown label of ours',
    from: 'docket/tenant: acme',
    to: 'docket/region: eu',
    says: '6:5: metadata.labels.docket/region is unknown: known are docket/tenant, docket/service',
  },
  {
    why: 'a tenant with a quote',
    from: 'acme',
    to: "'a\"b'",
    says: '6:20: metadata.labels.docket/tenant must be "*" (each one apart)',
  },
  {
    why: 'a name that is not kebab-case',
    from: 'name: fast',
    to: 'name: Very Fast',
    says: '4:9: metadata.name must be kebab-case',
  },
  { why: 'no name', from: '\n  name: fast', to: '', says: '4:3: metadata.name is missing: give text' },
  {
    why: 'a description that is a list',
    from: 'Decisions are quick.',
    to: '[]',
    says: '9:16: spec.description must be text',
  },
  {
    why: 'no description',
    from: 'Decisions are quick.',
    to: '""',
    says: '9:16: spec.description must say what the objective promises',
  },
  {
    why: 'another version',
    from: 'openslo/v1',
    to: 'openslo/v2',
    says: '1:13: apiVersion must be openslo/v1',
  },
  {
    why: 'a kind that is not computed',
    from: 'kind: SLO',
    to: 'kind: SLI',
    says: '2:7: kind is not computed: remove the document; Docket reads Service, AlertPolicy, SLO',
  },
  {
    why: 'an unknown kind',
    from: 'kind: SLO',
    to: 'kind: Wish',
    says: '2:7: kind must be one of Service, AlertPolicy, SLO',
  },
  { why: 'a text', text: 'just a text', from: 'just', to: 'only', says: '1:1: must be a mapping' },
  { why: 'what is not YAML', from: 'name: fast', to: 'name: [', says: 'is not YAML: ' },
  {
    why: 'a key said twice',
    from: 'name: fast',
    to: 'name: fast\n  name: slow',
    says: '5:3: is not YAML: Map keys must be unique',
  },
]) {
  test(`${why} is refused where it stands, saying what to do`, () => {
    const { problems } = parse(edit(text ?? LATENCY, from, to));
    const lines = problems.map(describeProblem);
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.match(lines[0] ?? '', /^2\.yaml:\d+:\d+: /);
    assert.ok(lines[0]?.includes(says), `${lines[0]}\n  lacks: ${says}`);
  });
}

for (const { why, from, to, says } of [
  {
    why: 'a threshold that no rule has',
    from: 'threshold: 14.4',
    to: 'threshold: 10',
    says: '1.yaml:10:57: spec.conditions[0].spec.condition.threshold is not computed: the rules of burn-rate are generated, all of them; name one that there is: 14.4 over 1h, 6 over 6h',
  },
  {
    why: 'another wait',
    from: 'alertAfter: 1m',
    to: 'alertAfter: 9m',
    says: 'spec.conditions[0].spec.condition.alertAfter is not computed: the rule over 1h waits for 1m',
  },
  {
    why: 'a severity that contradicts itself',
    from: '      spec:\n',
    to: '      spec:\n        severity: ticket\n',
    says: '1.yaml:10:19: spec.conditions[0].spec.severity contradicts `docket/severity: page`',
  },
  {
    why: 'an unknown set of rules',
    from: 'docket/alerting: burn-rate',
    to: 'docket/alerting: hope',
    says: '1.yaml:5:35: metadata.annotations.docket/alerting must be one of burn-rate, ratio-bound, absolute',
  },
  {
    why: 'silence that nobody hears of',
    from: 'spec:\n',
    to: 'spec:\n  alertWhenNoData: false\n',
    says: '1.yaml:7:20: spec.alertWhenNoData must be true',
  },
  {
    why: 'paging at 4× without burn rates',
    from: 'docket/alerting: ratio-bound',
    to: 'docket/alerting: ratio-bound, docket/pageAtFourTimes: "true"',
    says: '1.yaml:16:48: metadata.annotations.docket/pageAtFourTimes needs `docket/severity: page`',
  },
  {
    why: 'two conditions',
    from: '  conditions:\n',
    to: '  conditions:\n    - {}\n',
    says: '1.yaml:8:5: spec.conditions must hold exactly one condition',
  },
  {
    why: 'targets',
    from: 'spec:\n',
    to: 'spec:\n  notificationTargets: []\n',
    says: '1.yaml:7:3: spec.notificationTargets is not computed: remove it; routes are in deploy/alertmanager',
  },
]) {
  test(`in a policy, ${why} is refused`, () => {
    const read = [SERVICE, edit(POLICIES, from, to), LATENCY].map((text, index) =>
      parseYamlDocuments(`${index}.yaml`, text),
    );
    const parsed = parseOpenSlo(read.flatMap(({ documents }) => documents));
    assert.ok('problems' in parsed, 'expected a problem');
    const lines = parsed.problems.map(describeProblem);
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.ok(lines[0]?.includes(says), `${lines[0]}\n  lacks: ${says}`);
  });
}

test('every problem of every file is told at once, in order, also across parts of a broken document', () => {
  const broken = edit(edit(LATENCY, 'Decisions are quick.', '3'), 'target: 0.99', 'target: 0.9').replace(
    '30d',
    '1M',
  );
  const { problems } = parse(
    LATENCY,
    broken,
    edit(LATENCY, 'name: fast', 'name: [').concat('---\nkind: SLO\n'),
    'x: 1\n',
  );
  assert.deepEqual(
    problems.map((problem) => describeProblem(problem).slice(0, 46)),
    [
      '4.yaml:5:3: is not YAML: Flow sequence in bloc',
      '3.yaml:4:9: metadata.name is already used by t',
      '3.yaml:9:16: spec.description must be text',
      '3.yaml:16:17: spec.timeWindow[0].duration cont',
      '4.yaml:25:1: apiVersion is missing: give opens',
      '4.yaml:25:1: metadata is missing: give a mappi',
      '4.yaml:25:1: spec is missing: give a mapping',
      '5.yaml:1:1: x is unknown here: remove it, or c',
      '5.yaml:1:1: apiVersion is missing: give opensl',
      '5.yaml:1:1: kind is missing: give one of Servi',
    ],
  );
});
