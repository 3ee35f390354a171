import { type ChaosResult, isClean } from './run-chaos.ts';

/** The summary of a run in Markdown, for a person and for docs/results. */
export function renderSummary(
  result: ChaosResult,
  { date, commit }: { readonly date: Date; readonly commit: string },
): string {
  const rows: readonly (readonly [string, string | number])[] = [
    ['kills', result.kills],
    ['of them processes ended', result.process_kills],
    ['kills with work done since the one before', result.kills_with_work_before],
    ['kills per minute', result.kills_per_minute],
    ['events in the log', result.events],
    ['acknowledged to the sender', result.acknowledged],
    ['lost', result.lost],
    ['duplicate', result.duplicate],
    ['rollup cells that differ', `${result.rollup_mismatch} of ${result.rollup_cells}`],
    ['saved roots that do not follow', `${result.root_mismatch} of ${result.progress_rows}`],
    ['acknowledged events not where they belong', result.misjudged],
    ['trimmed before they were recorded, each in `lost`', result.trimmed],
    ['longest recovery', `${result.max_recovery_s} s`],
    ['longest time without any recording', `${result.max_stall_s} s`],
    ['longest time one partition stood still', `${result.max_partition_stall_s} s`],
    ['until all was recorded and closed after the load', `${result.settle_s} s`],
    ['recorders that ended by themselves, or did not start', result.recorder_own_exits],
    ['duration', `${result.duration_s} s`],
  ];
  return [
    `# Chaos run: ${isClean(result) ? 'nothing lost, doubled or miscounted' : 'NOT CLEAN'}`,
    '',
    `Date ${date.toISOString().slice(0, 10)}, commit ${commit}, seed ${result.seed}.`,
    ...(result.failure === null ? [] : ['', `Ended early: ${result.failure}.`]),
    '',
    ...table(['what', 'figure'], rows),
    '',
    ...table(['disturbance', 'times'], Object.entries(result.by_kind)),
    '',
  ].join('\n');
}

/** Padded as the formatter wants it: the file is committed. */
function table(
  head: readonly [string, string],
  rows: readonly (readonly [string, string | number])[],
): string[] {
  const cells = [head, ...rows].map(([name, value]) => [name, String(value)] as const);
  const left = Math.max(3, ...cells.map(([name]) => name.length));
  const right = Math.max(4, ...cells.map(([, value]) => value.length));
  const [first, ...rest] = cells.map(
    ([name, value]) => `| ${name.padEnd(left)} | ${value.padStart(right)} |`,
  );
  return [first ?? '', `| ${'-'.repeat(left)} | ${'-'.repeat(right - 1)}: |`, ...rest];
}
