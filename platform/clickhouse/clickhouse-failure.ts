/**
 * What went wrong with ClickHouse, by its code. The server's message is dropped on purpose: it quotes values.
 * `answered` says whether the server refused the statement, or whether we cannot know what became of it.
 */
export class ClickHouseFailure extends Error {
  readonly code: string;
  readonly answered: boolean;

  constructor(doing: string, code: string, answered: boolean) {
    super(`ClickHouse: ${doing} failed with code ${code}${answered ? '' : ' (the answer is unknown)'}`);
    this.name = 'ClickHouseFailure';
    this.code = code;
    this.answered = answered;
  }
}

/** Reduces whatever the driver threw to its code. */
export function toClickHouseFailure(doing: string, error: unknown): ClickHouseFailure {
  if (error instanceof ClickHouseFailure) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const answered = /^\d+$/.test(code);
  return new ClickHouseFailure(doing, code === '' ? 'UNREACHABLE' : code, answered);
}
