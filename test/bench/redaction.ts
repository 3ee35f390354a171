import type { Benchmark, BenchRun } from './benchmark.ts';
import { CARRIERS } from './redaction/carriers.ts';
import { DOCUMENT_BYTES, type Document, MAX_VALUES } from './redaction/compose-documents.ts';
import { composeMixes, DIRTY_SHARE, type MixName } from './redaction/compose-mixes.ts';
import { LOOP_LENGTH, PATHS, type PathName, redactor } from './redaction/paths.ts';
import { PERSONAL_VALUES } from './redaction/personal-values.ts';
import { figuresByMix, figuresTable, type Sample, WANTED_DOCS_PER_S } from './redaction/redaction-figures.ts';
import { takeTurns } from './redaction/take-turns.ts';
import { renderTable } from './render-table.ts';

interface Pass {
  readonly mix: MixName;
  readonly path: PathName;
  readonly documents: readonly Document[];
  readonly run: () => number;
}

/** Prints how many documents of 1 KB one core redacts, by Docket and by a loop over regular expressions. */
async function measure({ number, say }: BenchRun): Promise<object> {
  const [count, seed, rounds] = [number('documents'), number('seed'), number('rounds')];
  if (count < 1 / DIRTY_SHARE || rounds < 1)
    throw new RangeError('--documents must be 20 at least, and --rounds 1');
  const mixes = composeMixes(seed, count);
  const plainShare = plainShareOf(mixes.clean);
  describeMixes(say, count, plainShare);
  const mixFigures = figuresByMix(await measurePasses(passesOver(mixes), rounds));
  const { docs_per_s: rates, vs_regex_loop: ratio } = mixFigures.overall;

  say(`Documents per second of CPU time, of the whole process; medians of ${rounds} rounds in turns\n`);
  say(figuresTable(mixFigures));
  say(
    renderTable(
      ['overall mix', 'measured', 'wanted'],
      [
        ['documents/s', String(rates.docket), `≥ ${WANTED_DOCS_PER_S}`],
        ['Docket ÷ regex loop', ratio.toFixed(2), ''],
      ],
    ),
  );
  return {
    docs_per_s: rates.docket,
    vs_regex_loop: ratio,
    documents: count,
    document_bytes: DOCUMENT_BYTES,
    dirty_share: DIRTY_SHARE,
    clean_plain_by_bytes: plainShare,
    seed,
    rounds,
    mixes: mixFigures,
  };
}

function describeMixes(say: (line: string) => void, count: number, plainShare: number): void {
  const carriers = Object.keys(CARRIERS);
  say(
    `${count} documents a mix, each of exactly ${DOCUMENT_BYTES} bytes: ${carriers.join(', ')} in equal parts`,
  );
  say(`  clean    nothing personal; ${percent(plainShare)} are told by their bytes alone`);
  say(`  dirty    1 to ${MAX_VALUES} values in each, of ${Object.keys(PERSONAL_VALUES).join(', ')}`);
  say(`  overall  ${percent(1 - DIRTY_SHARE)} clean, ${percent(DIRTY_SHARE)} dirty`);
  say(`Docket: from bytes, as the recorder; its redactor and the loop of ${LOOP_LENGTH}: from strings\n`);
}

function plainShareOf(documents: readonly Document[]): number {
  return (
    documents.filter(({ bytes }) => redactor.isPlainText(bytes, 0, bytes.length)).length / documents.length
  );
}

function passesOver(mixes: Readonly<Record<MixName, readonly Document[]>>): Pass[] {
  return (['clean', 'dirty', 'overall'] as const).flatMap((mix) =>
    (['docket', 'redactor', 'regex_loop'] as const).map((path) => {
      const [documents, redact] = [mixes[mix], PATHS[path]];
      const run = () => documents.reduce((cut, document) => cut + (redact(document) ? 1 : 0), 0);
      return { mix, path, documents, run };
    }),
  );
}

/** What a path cuts is the same in each round, or its rate is that of something else. */
async function measurePasses(passes: readonly Pass[], rounds: number): Promise<Sample[]> {
  const cuts = new Map(passes.map((pass) => [pass, pass.run()]));
  const samples = await takeTurns(
    passes.map((pass) => ({
      name: pass,
      run: () => {
        if (pass.run() !== cuts.get(pass)) throw new Error(`${pass.path} does not cut the same every time`);
      },
    })),
    rounds,
  );
  return passes.map((pass) => ({
    mix: pass.mix,
    path: pass.path,
    documents: pass.documents.length,
    cpuUs: samples.get(pass) ?? [],
    cut: cuts.get(pass) ?? 0,
  }));
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}

/** What redaction costs beside what anyone writes first. */
export const redaction: Benchmark = {
  summary: 'redacting documents of 1 KB on one core, beside a loop over regular expressions',
  options: {
    documents: { default: 2000, help: 'documents of each mix, 20 at least' },
    seed: { default: 1, help: 'seed of the documents' },
    rounds: { default: 9, help: 'rounds, of which the median counts' },
  },
  run: measure,
};
