/** Where a record stands: unique, and never changing. Pages are ordered by it, newest first. */
export interface Position {
  /** Append time, milliseconds since 1970. */
  readonly appendMs: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** What a search needs to go on: its range as it was resolved for the first page, and the last record handed over. */
export interface PageCursor {
  readonly fromMs: number;
  readonly toMs: number;
  /** Digest of the filters (16 hex digits): a cursor is of one search only. */
  readonly filters: string;
  readonly after: Position;
}

const VERSION = 1;
const MAX_CURSOR_CHARS = 400;

/** The cursor as an opaque code for URLs (base64url). It carries no secret and grants nothing. */
export function encodeCursor(cursor: PageCursor): string {
  const { after } = cursor;
  const parts = [VERSION, cursor.fromMs, cursor.toMs, cursor.filters];
  const position = [after.appendMs, after.topic, after.partition, after.offset];
  return Buffer.from(JSON.stringify([...parts, ...position]), 'utf8').toString('base64url');
}

/** Reads a cursor back; null for anything that `encodeCursor` cannot have made. */
export function decodeCursor(text: string): PageCursor | null {
  if (text.length > MAX_CURSOR_CHARS || !/^[A-Za-z0-9_-]+$/.test(text)) return null;
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
  if (!Array.isArray(parts) || parts.length !== 8 || parts[0] !== VERSION) return null;
  const [, fromMs, toMs, filters, appendMs, topic, partition, offset]: unknown[] = parts;
  if (!isCount(fromMs) || !isCount(toMs) || !isCount(appendMs)) return null;
  if (!isCount(partition) || !isCount(offset) || fromMs >= toMs) return null;
  if (typeof filters !== 'string' || !/^[0-9a-f]{16}$/.test(filters)) return null;
  if (typeof topic !== 'string' || !/^[a-z0-9.-]{1,100}$/.test(topic)) return null;
  return { fromMs, toMs, filters, after: { appendMs, topic, partition, offset } };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
