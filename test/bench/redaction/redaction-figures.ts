import { median } from '../median-figures.ts';
import { renderTable } from '../render-table.ts';
import type { MixName } from './compose-mixes.ts';
import type { PathName } from './paths.ts';

/** What was measured of one path over one mix. */
export interface Sample {
  readonly mix: MixName;
  readonly path: PathName;
  readonly documents: number;
  /** CPU time of each round, in µs. */
  readonly cpuUs: readonly number[];
  /** Documents that the path changed. */
  readonly cut: number;
}

interface MixFigures {
  /** Documents per second of CPU time, by path: medians of the rounds. */
  readonly docs_per_s: Readonly<Record<PathName, number>>;
  /** Docket's rate over the loop's: median of the ratios round by round, as they follow each other. */
  readonly vs_regex_loop: number;
  /** Share of the documents that each path changed. */
  readonly cut_share: Readonly<Record<PathName, number>>;
}

export const WANTED_DOCS_PER_S = 30_000;
const MIXES: readonly MixName[] = ['clean', 'dirty', 'overall'];
const US_PER_S = 1e6;

/** The figures of each mix. Throws an Error when a path was not measured over one of them. */
export function figuresByMix(samples: readonly Sample[]): Record<MixName, MixFigures> {
  const of = (mix: MixName): MixFigures => {
    const find = (path: PathName): Sample => {
      const found = samples.find((sample) => sample.mix === mix && sample.path === path);
      if (found === undefined) throw new Error(`nothing was measured of ${path} over the ${mix} mix`);
      return found;
    };
    const byPath = (figure: (sample: Sample) => number): Record<PathName, number> => ({
      docket: figure(find('docket')),
      redactor: figure(find('redactor')),
      regex_loop: figure(find('regex_loop')),
    });
    const own = find('docket').cpuUs;
    return {
      docs_per_s: byPath(({ documents, cpuUs }) => Math.round((documents * US_PER_S) / median(cpuUs))),
      vs_regex_loop: round(median(find('regex_loop').cpuUs.map((us, at) => us / (own[at] ?? Number.NaN)))),
      cut_share: byPath(({ cut, documents }) => round(cut / documents)),
    };
  };
  return { clean: of('clean'), dirty: of('dirty'), overall: of('overall') };
}

/** The figures for people: rates and the ratio, and which share of the documents each path changed. */
export function figuresTable(figures: Readonly<Record<MixName, MixFigures>>): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const rows = MIXES.map((mix) => {
    const { docs_per_s: rates, vs_regex_loop: ratio, cut_share: cut } = figures[mix];
    return [
      mix,
      ...[rates.docket, rates.redactor, rates.regex_loop].map(String),
      ratio.toFixed(2),
      ...[cut.docket, cut.regex_loop].map(percent),
    ];
  });
  const head = [
    'mix',
    'Docket',
    'its redactor',
    'regex loop',
    'Docket ÷ loop',
    'cut by Docket',
    'by the loop',
  ];
  return renderTable(head, rows);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
