import type { StoredLeak } from './leak-store.ts';

const HEAD = ['leak', 'found', 'source', 'service', 'tenant', 'record', 'field', 'rule', 'count', 'note'];

/** A table of leaks, for a terminal. Whatever text there is fits the grammar of codes. */
export function renderLeaks(leaks: readonly StoredLeak[]): string {
  const rows = [HEAD, ...leaks.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** One leak as an object for a line of JSON. */
export function leakToJson({ foundAtMs, ...rest }: StoredLeak): object {
  return { found_at: new Date(foundAtMs).toISOString(), ...rest };
}

/** `<topic>/<partition>/<offset>`; a dash for what stands in no record. */
export function placeOf({ topic, partition, offset }: StoredLeak): string {
  return topic === null ? '-' : `${topic}/${partition}/${offset}`;
}

function cellsOf(leak: StoredLeak): string[] {
  const found = new Date(leak.foundAtMs).toISOString();
  const { id, source, service, tenantId, path, rule, count, note } = leak;
  return [
    ...[id, found, source, service, tenantId || '-'],
    ...[placeOf(leak), path, rule, String(count), note ?? '-'],
  ];
}
