import { EXPORTS } from './catalogue.ts';
import { type CountGauge, SCOPE_LABELS } from './count.ts';
import type { ExportedMetric } from './gauge.ts';
import type { Metric } from './metric.ts';

interface Section {
  readonly title: string;
  readonly metrics: readonly Metric[];
}

const HEAD = `# Metrics

<!-- Generated from domain/metrics by \`node docs/generate-metrics.ts\`; edit there. -->

What the [evaluator](evaluator.md) computes from recorded events and shows on \`/metrics\`. Counts are sums over windows
of whole closed minutes of append time, up to the watermark; they fall again, so \`rate()\` on them is a mistake. Divide
sums, never average ratios. With several evaluators, put \`max without (instance)\` around each name: all say the same.

Unless said otherwise "enforced decisions" are those of mode ENFORCE, without probes and without late ones (appended
more than 15 minutes after they were decided). A count is 0 where something of its scope is known and it did not
happen; a share of nothing has no value. Counts begin with the first minute that is closed after an upgrade to a version
that knows them. Rows are in \`metric_minutes\`; each can be computed again from the records that its source names.

`;

/** `docs/metrics.md`: every metric with its definition, and every exported name. `counts` tells the windows. */
export function renderCatalogue(sections: readonly Section[], counts: readonly CountGauge[]): string {
  const parts = sections.map(
    ({ title, metrics }) => `## ${title}\n\n${metrics.map(renderMetric).join('\n')}`,
  );
  return `${HEAD}${parts.join('\n')}\n${renderExports(counts)}`;
}

function renderMetric({ id, title, definition, source, query, exports, gotcha, planned }: Metric): string {
  const lines = [
    `- **Is**: ${definition}`,
    `- **From**: ${source}`,
    ...(query === null ? [] : [`- **Query**: \`${query}\``]),
    ...(exports.length === 0 ? [] : [`- **Exports**: ${exports.map((name) => `\`${name}\``).join(', ')}`]),
    `- **Mind**: ${gotcha}`,
    ...(planned === null ? [] : [`- **Not yet**: ${planned}`]),
  ];
  return `### ${id} ${title}\n\n${lines.join('\n')}\n`;
}

function renderExports(counts: readonly CountGauge[]): string {
  const windowsOf = new Map(counts.map(({ name, windows }) => [name, windows.join(', ')]));
  const rows = [...EXPORTS]
    .sort(({ name: a }, { name: b }) => (a < b ? -1 : 1))
    .map((metric) => cellsOf(metric, windowsOf.get(metric.name) ?? ''));
  const places = Object.keys(SCOPE_LABELS).length;
  return `## Everything that is exported

Rules, versions, regions and reasons of a policy or tenant are told apart up to \`DOCKET_MAX_RULES\`,
\`DOCKET_MAX_VERSIONS\`, \`DOCKET_MAX_REGIONS\` (50 reasons), the largest over the longest window first; what is beyond is
added up in \`__other__\`, as are the policies of a tenant beyond \`DOCKET_MAX_POLICIES\`. Counts come in ${places} groupings,
which their labels show.

${renderTable(['name', 'type', 'unit', 'labels', 'windows', 'help'], rows)}
`;
}

function cellsOf({ name, type, unit, labels, help }: ExportedMetric, windows: string): string[] {
  return [`\`${name}\``, type, unit, labels.join(', '), windows, help];
}

// As the formatter lays a table out.
function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
