import type { BenchRun } from './benchmark.ts';
import { renderTable } from './render-table.ts';
import { composeSlos } from './slo/compose-slos.ts';
import { measurePrometheus, type PrometheusFigures } from './slo/measure-prometheus.ts';
import { measureRounds } from './slo/measure-rounds.ts';
import { serveGauges } from './slo/serve-gauges.ts';

export const summary =
  'objectives × tenants: scrape and rules in Prometheus, series, and rounds of the evaluator';
export const options = {
  slos: { default: 1000, help: 'objectives, each over every tenant' },
  tenants: { default: 20, help: 'tenants, with one service each' },
  alerting: { default: 10, help: 'of a thousand series, those whose tiers all fire' },
  rounds: { default: 4, help: 'rounds of scraping and evaluating, of which the median counts' },
  'round-s': { default: 20, help: 'seconds of a round, which is a minute in earnest' },
  peer: { default: 0, help: '1: the same with zeros and a rule for each objective as well' },
  minutes: { default: 30, help: 'minutes that the evaluator closes; 0 leaves it out' },
};

/** What a minute's round may take: a tenth of it. */
const BOUND_S = 6;

/** Gauges of an evaluator, made up, in a real Prometheus; and a real evaluator over an engine. */
export async function run({ number, say, resources }: BenchRun): Promise<object> {
  const slos = composeSlos(number('slos'));
  const tenants = number('tenants');
  const minutes = number('minutes');
  // First, so that its memory is not that of the gauges.
  const rounds = minutes > 0 ? await measureRounds(resources, slos, tenants, minutes) : null;
  const measure = async (leanFromSlos: number) => {
    const gauges = await serveGauges(slos, { tenants, alerting: number('alerting'), leanFromSlos });
    resources.defer(() => gauges.stop());
    say(`${slos.length} objectives × ${tenants} tenants: ${gauges.series} series on /metrics`);
    const timing = { rounds: number('rounds'), roundSeconds: number('round-s') };
    const found = await measurePrometheus(resources, { slos, gauges, leanFromSlos, ...timing });
    await gauges.stop();
    return { ...found, gauges };
  };
  const lean = await measure(1);
  const each = number('peer') > 0 ? await measure(Number.POSITIVE_INFINITY) : null;
  const { gauges } = lean;
  const { toGaugesMs, toTextMs, textBytes } = gauges.figures();
  const figures = {
    slos: slos.length,
    tenants,
    series_exported: gauges.series,
    series_prometheus: lean.series,
    scrape_s: round(lean.scrapeS),
    rules_s: round(lean.rulesS),
    bound_s: BOUND_S,
    within_bounds: lean.scrapeS <= BOUND_S && lean.rulesS <= BOUND_S,
    rules: lean.rules,
    alerts: lean.alerts,
    series_exported_one_each: each === null ? null : each.gauges.series,
    prometheus_cpu_s_per_round: round(lean.cpuPerRoundS),
    prometheus_mb: lean.residentMb,
    rules_s_one_each: each === null ? null : round(each.rulesS),
    rules_ratio: each === null ? null : round(each.rulesS / lean.rulesS),
    evaluator_round_s: rounds === null ? null : round(rounds.roundS),
    evaluator_slo_rows: rounds?.rows ?? null,
    evaluator_mb: rounds?.residentMb ?? null,
    to_gauges_s: round(toGaugesMs / 1000),
    to_text_s: round(toTextMs / 1000),
    text_mb: round(textBytes / 1024 ** 2),
  };
  say(prometheusTable(lean, each));
  say(
    renderTable(
      ['evaluator', 'figure', 'bound'],
      [
        ...(rounds === null
          ? []
          : [
              [
                `a round, ${rounds.rows} rows of slo_minutes`,
                `${figures.evaluator_round_s} s`,
                `${BOUND_S} s`,
              ],
              ['resident memory after it', `${rounds.residentMb} MB`, ''],
            ]),
        [`counts to ${figures.text_mb} MB of text`, `${figures.to_gauges_s} s`, `${BOUND_S} s`],
        ['text for a scrape', `${figures.to_text_s} s`, ''],
      ],
    ),
  );
  return figures;
}

function prometheusTable(lean: PrometheusFigures, each: PrometheusFigures | null): string {
  const row = (
    name: string,
    of: (figures: PrometheusFigures) => number,
    unit: string,
    bound: string,
  ): readonly string[] => [
    name,
    `${round(of(lean))}${unit}`,
    each === null ? '' : `${round(of(each))}${unit}`,
    each === null ? '' : `${round(of(each) / of(lean))}×`,
    bound,
  ];
  return renderTable(
    ['Prometheus, a round', 'as generated', 'one rule each', 'ratio', 'bound'],
    [
      row('scrape', ({ scrapeS }) => scrapeS, ' s', `${BOUND_S} s`),
      row('rules', ({ rulesS }) => rulesS, ' s', `${BOUND_S} s`),
      row('processor time', ({ cpuPerRoundS }) => cpuPerRoundS, ' s', ''),
      row('series', ({ series }) => series, '', ''),
      row('alerts, pending or firing', ({ alerts }) => alerts, '', ''),
      row('resident memory', ({ residentMb }) => residentMb, ' MB', ''),
      row('rules in the file', ({ rules }) => rules, '', ''),
      row('size of the file', ({ ruleKilobytes }) => ruleKilobytes, ' KB', ''),
    ],
  );
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
