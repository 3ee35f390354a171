import type { Statement } from '../../domain/contract/events.ts';
import { formatUuid } from '../../domain/contract/uuid.ts';
import type { Coverage, CoverageFinding } from './check-coverage.ts';
import type { VerifiedStatement } from './verify-statements.ts';

/** One line for a statement: when, whose, what, how many, its codes, its ranges. */
export function renderStatement(statement: Statement): string {
  const ranges = statement.ranges.map(
    ({ topic, partition, first_offset, last_offset }) =>
      `${topic}/${partition}:${first_offset}-${last_offset}`,
  );
  const details = statement.details.map(({ key, value }) => `${key}=${value}`);
  return [
    ...[timeOf(statement), formatUuid(statement.statement_id), statement.tenant_id, statement.kind],
    ...[`${statement.rows} rows`, ...details, ...ranges],
  ].join(' ');
}

/** A statement as `--json` gives it: bytes as hexadecimal digits. */
export function statementToJson(statement: Statement): object {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  return {
    ...statement,
    statement_id: formatUuid(statement.statement_id),
    about: statement.about === null ? null : formatUuid(statement.about),
    issued_at: timeOf(statement),
    signature: hex(statement.signature),
    salt: hex(statement.salt),
  };
}

/** The verdict in words, findings first. */
export function renderVerdict(verified: readonly VerifiedStatement[], coverage: Coverage): string {
  const problems = verified.flatMap(({ statementId, problem }) =>
    problem === null ? [] : [`statement ${statementId}: ${problem}`],
  );
  const { offsets, recorded, pruned, lost, missing } = coverage;
  return [
    ...problems,
    ...coverage.findings.map(renderFinding),
    `${verified.length} statements, ${verified.length - problems.length} of them verified`,
    `${offsets} offsets: ${recorded} recorded, ${pruned} gone under statements, ${lost} lost, ${missing} missing`,
  ].join('\n');
}

/** The verdict as `--json` gives it. */
export function verdictToJson(verified: readonly VerifiedStatement[], coverage: Coverage): object {
  const problems = verified.filter(({ problem }) => problem !== null);
  return {
    statements: verified.length,
    verified: verified.length - problems.length,
    ...coverage,
    findings: [
      ...problems.map(({ statementId, problem }) => ({ kind: problem, statement_id: statementId })),
      ...coverage.findings,
    ],
  };
}

function renderFinding(finding: CoverageFinding): string {
  const at = `${finding.topic}/${finding.partition}`;
  if (finding.kind === 'root_differs') return `${at}: its leaves do not give the saved root`;
  return `${at}: offsets ${finding.firstOffset} to ${finding.lastOffset} are missing, and no statement says why`;
}

function timeOf({ issued_at }: Statement): string {
  return new Date(issued_at / 1000).toISOString();
}
