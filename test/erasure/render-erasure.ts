import type { Readability } from './boxes.ts';
import type { ErasureResult } from './run-erasure.ts';

/** What a run showed, in Markdown. */
export function renderErasure(
  result: ErasureResult,
  run: { date: Date; commit: string; seed: number },
): string {
  const { trees, replayTrees, proofs, certificates } = result;
  const readable = (name: string, figures: Readability) =>
    `| ${name} | ${figures.erasedReadable} of ${figures.erased} | ${figures.othersReadable} of ${figures.others} |`;
  return [
    `# Erasure, ${run.date.toISOString().slice(0, 10)}`,
    '',
    `Commit ${run.commit}, seed ${run.seed}: ${result.erased} of ${result.subjects} people erased, ` +
      `${result.decisions} decisions; ${result.durationS} s.`,
    '',
    '| decisions that can be read | of the erased | of everybody else |',
    '|---|---:|---:|',
    readable('through the vault, before', result.readBefore),
    readable('with every key in every file, before', result.stolenBefore),
    readable('through the vault, after', result.readAfter),
    readable('with every key in every file and backup, after', result.stolenAfter),
    readable('through the vault, after a replay of the topics as they were before', result.readAfterReplay),
    '',
    `Values and ids of the erased in any file: ${result.foundBefore} before, ${result.foundAfter} after ` +
      `(${result.searchedBytes} bytes searched). Files with an old KEK: ${result.oldKeksLeft}. ` +
      `Tokens that can still be made of them: ${result.tokensOfErased}.`,
    '',
    `Of ${trees.leaves} leaves ${trees.otherLeaves} changed with the erasure and ${replayTrees.otherLeaves} are others in the ` +
      `replay; ${trees.otherRoots + replayTrees.otherRoots} roots differ; of ${trees.proofs + replayTrees.proofs} proofs ` +
      `across the erasure and the replay ${trees.failedProofs + replayTrees.failedProofs} fail.`,
    `${proofs.inclusions} inclusion and ${proofs.consistencies} consistency proofs against ${proofs.heads} saved heads: ` +
      `${proofs.failed} fail, ${proofs.wrongHeads} heads are wrong.`,
    `${certificates.valid} of ${result.erased} certificates verify; ${certificates.namesAnyone} name anybody.`,
    '',
  ].join('\n');
}
