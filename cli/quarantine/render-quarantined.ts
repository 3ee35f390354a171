import type { QuarantinedContent } from '../../domain/recording/quarantine-box.ts';
import type { QuarantinedRecord } from './quarantine-store.ts';
import type { ReplayCounts, ReplayReport } from './replay-quarantined.ts';

const BYTES_PER_LINE = 16;
const TABLE_HEAD = ['append time', 'record', 'reason', 'field', 'tenant', 'bytes', 'payload', 'replay of'];

/** A table without payloads, for a terminal. */
export function renderTable(records: readonly QuarantinedRecord[]): string {
  const rows = [TABLE_HEAD, ...records.map(cellsOf)];
  const widths = TABLE_HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** One record as a line of JSON, or as a page. Whatever text there is fits the grammar of codes. */
export function toJson(record: QuarantinedRecord): object {
  const { appendMs, ...rest } = record;
  return { append_time: new Date(appendMs).toISOString(), ...rest };
}

/** One record, a field a line. */
export function renderRecord(record: QuarantinedRecord): string {
  const lines = Object.entries(toJson(record)).map(([name, value]) => `${name}: ${value ?? '-'}`);
  return lines.join('\n');
}

/** Key and value as hexadecimal beside their printable ASCII: bytes that a terminal would obey come out as dots. */
export function renderContent({ key, value }: QuarantinedContent): string {
  const keyText = key === null ? 'key: none' : `key, ${key.length} bytes:\n${hexDump(key)}`;
  return `${keyText}\nvalue, ${value.length} bytes:\n${hexDump(value)}`;
}

function hexDump(bytes: Buffer): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_PER_LINE) {
    const part = bytes.subarray(at, at + BYTES_PER_LINE);
    const hex = part.toString('hex').replace(/..(?!$)/g, '$& ');
    const text = part.toString('latin1').replace(/[^\x20-\x7e]/g, '.');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(BYTES_PER_LINE * 3 - 1)}  ${text}`);
  }
  return lines.join('\n');
}

/** One line that says how far a replay is. */
export function renderProgress(counts: ReplayCounts, dryRun: boolean): string {
  const unopened = [...counts.unopened.values()].reduce((sum, count) => sum + count, 0);
  const parts = [
    `${counts.sent} ${dryRun ? 'would be replayed' : 'replayed'}`,
    `${counts.alreadyReplayed} replayed before`,
    `${counts.withoutPayload} without payload`,
    counts.tooLarge > 0 ? `${counts.tooLarge} too large` : '',
    unopened > 0 ? `${unopened} that do not open` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** What became of a replay. */
export function renderReport(report: ReplayReport, dryRun: boolean): string {
  const lines = [renderProgress(report, dryRun)];
  for (const [problem, count] of report.unopened) lines.push(`${count}: ${problem}`);
  if (report.outcomes !== null) {
    const { recorded = 0, duplicate = 0, ...again } = report.outcomes;
    lines.push(`recorded: ${recorded}`, `duplicate: ${duplicate}`);
    for (const [reason, count] of Object.entries(again))
      lines.push(`in quarantine again, ${reason}: ${count}`);
  }
  return lines.join('\n');
}

function cellsOf(record: QuarantinedRecord): string[] {
  return [
    new Date(record.appendMs).toISOString(),
    `${record.topic}/${record.partition}/${record.offset}`,
    record.reason,
    record.field ?? '-',
    record.tenantId ?? '-',
    String(record.bytes),
    record.hasPayload ? 'kept' : 'none',
    record.originOffset === null ? '-' : String(record.originOffset),
  ];
}
