import { isSloClean, type SloChaosResult } from './run-slo-chaos.ts';

/** The summary of a run in Markdown, for a person and for docs/results. */
export function renderSloSummary(
  result: SloChaosResult,
  { date, commit }: { readonly date: Date; readonly commit: string },
): string {
  const rows: readonly (readonly [string, string])[] = [
    ['values that differ from the raw rows', `${result.mismatches} of ${result.values}`],
    ['of the values not 0', `${result.non_zero}`],
    ['times that an evaluator showed something new', `${result.snapshots}`],
    ['ends of minutes among them', `${result.minutes}`],
    ['decisions, outcomes and tallies judged', `${result.events}`],
    ['of them late', `${result.late}`],
    ['times that an evaluator went back in time', `${result.went_back}`],
    ['looks that found one blind', `${result.blind_looks}`],
    ['outage of ClickHouse, scaled', `${result.outage_minutes} min`],
    ['processes killed and started again', `${result.restarts}`],
    ['duration', `${result.duration_s} s`],
  ];
  const left = Math.max(...rows.map(([name]) => name.length));
  const right = Math.max(...rows.map(([, value]) => value.length));
  const line = (name: string, value: string) => `| ${name.padEnd(left)} | ${value.padStart(right)} |`;
  return [
    `# Counts after chaos: ${isSloClean(result) ? 'every exported figure is that of the raw rows' : 'NOT CLEAN'}`,
    '',
    `\`npm run chaos -- --slo\`, date ${date.toISOString().slice(0, 10)}, commit ${commit}, seed ${result.seed}. Time runs`,
    `${result.timescale} times as fast: a minute is a second, and the outage of ${result.outage_minutes} minutes and days late are as much shorter.`,
    ...(result.failure === null ? [] : ['', `Ended early: ${result.failure}.`]),
    '',
    line('what', 'figure'),
    `| ${'-'.repeat(left)} | ${'-'.repeat(right - 1)}: |`,
    ...rows.map(([name, value]) => line(name, value)),
    '',
  ].join('\n');
}
