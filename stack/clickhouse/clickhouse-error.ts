/** An error as ClickHouse reports it: a number, a name, a text for people. */
export class ClickHouseError extends Error {
  readonly code: number;
  readonly type: string;

  constructor(code: number, type: string, message: string) {
    super(message);
    this.name = 'ClickHouseError';
    this.code = code;
    this.type = type;
  }

  /** The body of the answer, in the form that clients take apart. */
  get body(): string {
    return `Code: ${this.code}. DB::Exception: ${this.message} (${this.type})\n`;
  }
}

/** For whatever the front does not know: refused by name, never ignored. */
export function notImplemented(what: string): ClickHouseError {
  return new ClickHouseError(
    48,
    'NOT_IMPLEMENTED',
    `${what} is not supported by the embedded engine. Use a ClickHouse server for it.`,
  );
}

/** In ClickHouse's own words. */
export function severalStatements(): ClickHouseError {
  return new ClickHouseError(62, 'SYNTAX_ERROR', 'Syntax error (Multi-statements are not allowed)');
}

/** Takes the engine's own message apart; anything else becomes code 1002, as in ClickHouse. */
export function toClickHouseError(error: unknown): ClickHouseError {
  if (error instanceof ClickHouseError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const parts = /Code: (\d+)\. DB::Exception: ([\s\S]*?)(?: \(version [^)]*\))?\s*\(([A-Z0-9_]+)\)\s*$/.exec(
    text,
  );
  if (parts === null) return new ClickHouseError(1002, 'UNKNOWN_EXCEPTION', text);
  return new ClickHouseError(Number(parts[1]), parts[3] ?? '', parts[2] ?? '');
}

const STATUS_BY_CODE: Readonly<Record<number, number>> = {
  48: 501,
  131: 413,
  158: 413,
  159: 408,
  164: 403,
  209: 408,
  241: 500,
  307: 413,
  497: 403,
  516: 401,
};
/** Syntax and unreadable input. */
const BAD_REQUEST = new Set([6, 26, 27, 36, 38, 41, 53, 62, 72, 89, 117, 158, 396, 456]);
/** Names that do not exist. */
const NOT_FOUND = new Set([16, 46, 47, 50, 60, 73, 81, 115, 152]);

/** The HTTP status that ClickHouse gives an error code. */
export function statusOf(code: number): number {
  return STATUS_BY_CODE[code] ?? (BAD_REQUEST.has(code) ? 400 : NOT_FOUND.has(code) ? 404 : 500);
}
