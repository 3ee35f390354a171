import type { Input } from '../../../domain/contract/inputs.ts';
import type { RecordingRules } from '../../../domain/recording/recording-rules.ts';
import type { SourceRecord } from '../../../domain/recording/source-record.ts';
import { type Comparison, createComparison, type Difference } from './compare-recorders.ts';
import { createDice } from './dice.ts';
import { findSmallest } from './find-smallest.ts';
import { createRecordMaker } from './make-records.ts';

const LARGEST_BATCH = 300;
const BATCHES_OF_A_PARTITION = 6;
const FLOOD = 4500;

export interface OracleRun {
  readonly input: Input;
  readonly rules: RecordingRules;
  readonly seed: number;
  readonly records: number;
  /** How often a batch brings more codes than a dictionary remembers (code-cells.ts). */
  readonly floods?: number;
  /** Told now and then how far it is. */
  readonly onProgress?: (sums: Comparison) => void;
}

/** Made of what went wrong: what a person needs to see it again. */
class RecordersDisagree extends Error {
  override readonly name = 'RecordersDisagree';
}

/**
 * Holds the recorder's columns against the plain form, over made records of one input: one judge for all of them,
 * partition after partition, batches cut anywhere. Throws RecordersDisagree with the fewest bytes that show it.
 */
export async function runOracle(run: OracleRun): Promise<Comparison> {
  const { input, rules, seed, records, floods = 0, onProgress } = run;
  const dice = createDice(seed);
  const maker = createRecordMaker(rules.registry, input, dice);
  const comparison = createComparison(input, rules);
  const { sums } = comparison;
  let flooded = 0;
  while (sums.records < records) {
    const batches: SourceRecord[][] = [];
    for (let count = 1 + dice.below(BATCHES_OF_A_PARTITION); count > 0; count--)
      batches.push(maker.make(dice.chance(0.1) ? dice.below(2) : dice.below(LARGEST_BATCH)));
    if (flooded < floods && sums.records >= (flooded * records) / floods) {
      batches.push(maker.make(FLOOD, 1), maker.make(LARGEST_BATCH));
      flooded++;
    }
    const difference = await comparison.compare(batches, 'rows');
    if (difference !== null) throw await explain(input, rules, seed, batches, difference);
    onProgress?.(sums);
  }
  return sums;
}

async function explain(
  input: Input,
  rules: RecordingRules,
  seed: number,
  batches: readonly SourceRecord[][],
  difference: Difference,
): Promise<Error> {
  // From nothing, each record a batch of its own; where that does not show it, the history of the judge matters.
  let shown = difference;
  const smallest = await findSmallest(batches.flat(), async (records) => {
    const again = await createComparison(input, rules).compare([records], 'rows');
    if (again !== null) shown = again;
    return again !== null;
  });
  const hex = smallest
    .slice(0, 4)
    .map(({ offset, value }) => `${offset}: ${value?.toString('hex') ?? 'null'}`);
  return new RecordersDisagree(
    `Columns and the plain form disagree on a ${input.subject} (seed ${seed}) about the ${shown.what} at offset ` +
      `${shown.offset}.\nSmallest that shows it (${smallest.length} records):\n${hex.join('\n').slice(0, 20_000)}\n` +
      `columns: ${show(shown.columns)}\nplain: ${show(shown.plain)}`,
  );
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 4000);
}
