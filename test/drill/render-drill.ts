import type { DrillResult } from './run-drill.ts';

/** The result as a table of Markdown, which reads as text as well. */
export function renderDrill({ failures, unexpected, timescale, durationS }: DrillResult): string {
  const rows = failures.map(({ id, title, alerts, detectedS, resolvedS, decisions, faults }) => [
    ...[id, title, alerts.join(', ') || '–'],
    ...[seconds(detectedS), seconds(resolvedS), String(decisions), faults.join('; ') || '–'],
  ]);
  const head = ['', 'failure', 'told', 'detected after', 'over after', 'decisions behind it', 'wrong'];
  const widths = head.map((text, column) =>
    Math.max(text.length, 3, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [
    line(head),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map(line),
    '',
    `Time ran ${timescale}×: one second is ${timescale} s of life. The whole drill took ${durationS} s.`,
    unexpected.length === 0
      ? 'Nothing else was told.'
      : `Told, and explained by no failure (${unexpected.length}):`,
    ...unexpected.map((text) => `- ${text}`),
  ].join('\n');
}

/** The object of the last line with `--json`. */
export function summariseDrill({ failures, unexpected, ...rest }: DrillResult): object {
  return {
    scenarios: failures.length,
    detected: failures.filter(({ detectedS, faults }) => detectedS !== null && faults.length === 0).length,
    resolved: failures.filter(({ resolvedS }) => resolvedS !== null).length,
    unexpected: unexpected.length,
    time_to_detect_s: Object.fromEntries(failures.map(({ id, detectedS }) => [id, detectedS])),
    time_to_resolve_s: Object.fromEntries(failures.map(({ id, resolvedS }) => [id, resolvedS])),
    timescale: rest.timescale,
    duration_s: rest.durationS,
  };
}

function seconds(value: number | null): string {
  return value === null ? 'NEVER' : `${value.toFixed(1)} s`;
}
