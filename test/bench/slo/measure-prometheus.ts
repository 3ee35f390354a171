import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { Slo } from '../../../domain/slo/definition.ts';
import { EVALUATOR_JOB } from '../../../domain/slo/metric-names.ts';
import { generateRules } from '../../../domain/slo/prometheus-rules.ts';
import { freePort } from '../../../stack/ports.ts';
import { startPrometheus } from '../../../stack/prometheus/prometheus.ts';
import type { ServedGauges } from './serve-gauges.ts';

export interface PrometheusFigures {
  readonly rules: number;
  readonly ruleKilobytes: number;
  /** Medians over the rounds. Of rules: the sum of all groups. */
  readonly scrapeS: number;
  readonly rulesS: number;
  /** Processor time of all that Prometheus does in a round. */
  readonly cpuPerRoundS: number;
  readonly series: number;
  /** Alerts that were pending or fired in the last round. */
  readonly alerts: number;
  readonly residentMb: number;
}

interface Setting {
  readonly slos: readonly Slo[];
  readonly gauges: ServedGauges;
  /** From how many objectives on rules are lean. */
  readonly leanFromSlos: number;
  readonly rounds: number;
  /** A round is this long, instead of a minute; all that takes time in the rules is as much shorter. */
  readonly roundSeconds: number;
}

/** Rounds until everything exists that will: series, and alerts that are pending. */
const WARM_UP_ROUNDS = 2;

/** A Prometheus of its own scrapes the gauges and evaluates the generated rules, once a round each. */
export async function measurePrometheus(
  resources: AsyncDisposableStack,
  setting: Setting,
): Promise<PrometheusFigures> {
  const { slos, gauges, rounds, roundSeconds } = setting;
  const directory = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const { groups } = generateRules(slos, {
    timescale: 60 / roundSeconds,
    leanFromSlos: setting.leanFromSlos,
  });
  const text = stringify({ groups }, { lineWidth: 0, aliasDuplicateObjects: false });
  writeFileSync(join(directory, 'rules.yml'), text);
  const port = await freePort();
  const every = `${roundSeconds}s`;
  const config = {
    global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
    rule_files: [join(directory, 'rules.yml')],
    scrape_configs: [
      { job_name: EVALUATOR_JOB, static_configs: [{ targets: [`127.0.0.1:${gauges.port}`] }] },
    ],
  };
  const configFile = join(directory, 'prometheus.yml');
  writeFileSync(configFile, stringify(config));
  const prometheus = await startPrometheus({ dataDir: directory, port, configFile });
  if (prometheus === null) throw new Error('there is no `prometheus` on the PATH: install it');
  resources.defer(() => prometheus.stop());
  const samples: RoundSample[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
    await sleep(roundSeconds * 1000);
    gauges.nextMinute();
    if (round >= WARM_UP_ROUNDS - 1) samples.push(await readRound(prometheus.url));
  }
  await prometheus.stop();
  const [before, ...measured] = samples;
  const last = measured.at(-1);
  if (before === undefined || last === undefined) throw new Error('--rounds wants at least 1');
  return {
    rules: groups.reduce((sum, group) => sum + group.rules.length, 0),
    ruleKilobytes: Math.round(text.length / 1024),
    scrapeS: median(measured.map(({ scrapeS }) => scrapeS)),
    rulesS: median(measured.map(({ rulesS }) => rulesS)),
    cpuPerRoundS: (last.cpuS - before.cpuS) / measured.length,
    series: last.series,
    alerts: last.alerts,
    residentMb: Math.round(last.residentBytes / 1024 ** 2),
  };
}

interface RoundSample {
  readonly scrapeS: number;
  readonly rulesS: number;
  readonly cpuS: number;
  readonly series: number;
  readonly alerts: number;
  readonly residentBytes: number;
}

async function readRound(url: string): Promise<RoundSample> {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n');
  const sumOf = (name: string) =>
    lines
      .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  const ask = async (query: string) => {
    const answer: unknown = await (
      await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`)
    ).json();
    return Number(/"value":\[[^,]+,"([^"]+)"/.exec(JSON.stringify(answer))?.[1]);
  };
  return {
    scrapeS: await ask(`scrape_duration_seconds{job="${EVALUATOR_JOB}"}`),
    alerts: await ask('count(ALERTS{slo!=""}) or vector(0)'),
    rulesS: sumOf('prometheus_rule_group_last_duration_seconds'),
    cpuS: sumOf('process_cpu_seconds_total'),
    series: sumOf('prometheus_tsdb_head_series'),
    residentBytes: sumOf('process_resident_memory_bytes'),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}
