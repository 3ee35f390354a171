import type { PhaseFigures } from './measure-phase.ts';
import { median } from './median-figures.ts';
import { renderTable } from './render-table.ts';

type Phases = Readonly<Record<string, PhaseFigures>>;

export interface RecorderRatios {
  /** Docket's CPU per event over the engine's, Node and ClickHouse together. Want at most 0.8. */
  readonly cpu_vs_engine: number;
  /** … over the naive path's. Want at most 0.4. */
  readonly cpu_vs_naive: number;
  /** Docket's events per second over the engine's. Want at least 1.3. */
  readonly rate_vs_engine: number;
  /** Rate with every guard over the rate without, run by run, as they follow each other. Want at least 0.95. */
  readonly exactly_once: number;
  /** Node's CPU per event over that of reading and dropping. */
  readonly node_cpu_vs_discard: number;
}

const WANTED: Readonly<Record<keyof RecorderRatios, string>> = {
  cpu_vs_engine: '≤ 0.8',
  cpu_vs_naive: '≤ 0.4',
  rate_vs_engine: '≥ 1.3',
  exactly_once: '≥ 0.95',
  node_cpu_vs_discard: '',
};

/**
 * The engine runs with one consumer and with two: each ratio is held against the better of them.
 * @param withAndWithout rates of runs with every guard and of the runs without that they were paired with
 * Throws an Error when a phase is missing.
 */
export function ratiosOf(
  phases: Phases,
  withAndWithout: readonly (readonly [number, number])[],
): RecorderRatios {
  const phase = (name: string): PhaseFigures => {
    const found = phases[name];
    if (found === undefined) throw new Error(`nothing was measured of ${name}`);
    return found;
  };
  const engines = Object.keys(phases)
    .filter((name) => name.startsWith('engine'))
    .map(phase);
  const docket = phase('docket');
  return {
    cpu_vs_engine: ratio(cpuOf(docket), Math.min(...engines.map(cpuOf))),
    cpu_vs_naive: ratio(cpuOf(docket), cpuOf(phase('naive'))),
    rate_vs_engine: ratio(docket.events_per_s, Math.max(...engines.map((engine) => engine.events_per_s))),
    exactly_once: ratio(median(withAndWithout.map(([guarded, bare]) => guarded / bare)), 1),
    node_cpu_vs_discard: ratio(docket.node_cpu_us, phase('discard').node_cpu_us),
  };
}

export function figuresTable(phases: Phases): string {
  const rows = Object.entries(phases).map(([name, figures]) => [
    name,
    String(figures.events_per_s),
    ...[figures.node_cpu_us, figures.clickhouse_cpu_us, cpuOf(figures), figures.broker_cpu_us].map((us) =>
      us.toFixed(1),
    ),
  ]);
  return renderTable(['phase', 'events/s', 'Node µs', 'ClickHouse µs', 'sum µs', 'broker µs'], rows);
}

export function ratiosTable(ratios: RecorderRatios): string {
  const rows = Object.entries(WANTED).map(([name, wanted]) => [
    name,
    ratios[name as keyof RecorderRatios].toFixed(2),
    wanted,
  ]);
  return renderTable(['ratio', 'measured', 'wanted'], rows);
}

function cpuOf(figures: PhaseFigures): number {
  return figures.node_cpu_us + figures.clickhouse_cpu_us;
}

function ratio(over: number, under: number): number {
  return Math.round((over / under) * 1000) / 1000;
}
