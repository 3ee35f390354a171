import { ClickHouseError } from './clickhouse-error.ts';
import { quoteString } from './tokenize-sql.ts';

type ProcessState = 'receiving' | 'queued' | 'running';

/** A statement from the arrival of its request until the engine is done with it. */
export interface Process {
  readonly queryId: string;
  readonly database: string;
  /** As far as it has arrived. */
  query: string;
  /** Upper-case first word. */
  kind: string;
  /** Marks it for the engine, whose own query ids nobody chooses: a comment in front of the statement. */
  readonly tag: string;
  state: ProcessState;
  /** Aborted when somebody kills it. */
  readonly killed: AbortSignal;
  /** Settles when it is over. */
  readonly over: Promise<void>;
}

export interface NewProcess {
  readonly queryId: string;
  readonly query: string;
  readonly kind: string;
  readonly database: string;
}

interface Entry {
  readonly process: Process;
  readonly startedMs: number;
  readonly abort: AbortController;
  finish(): void;
}

const SHOWN_QUERY_LENGTH = 4096;
const MOST_PROCESSES = 1000;

/**
 * The statements under way, queued ones included: what `system.processes` shows here. A statement that is absent has
 * been over since; the recorder's protocol rests on that.
 */
export class ProcessList {
  readonly #entries = new Map<string, Entry>();
  #started = 0;
  #closed = false;

  /** Throws ClickHouseError 216 when the id is in use, 202 when too many are under way, 236 after close. */
  add(statement: NewProcess): Process {
    if (this.#closed) throw new ClickHouseError(236, 'ABORTED', 'The engine is stopping.');
    const { queryId } = statement;
    if (this.#entries.has(queryId)) {
      throw new ClickHouseError(
        216,
        'QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING',
        `Query with id = ${queryId} is already running.`,
      );
    }
    if (this.#entries.size >= MOST_PROCESSES) {
      throw new ClickHouseError(202, 'TOO_MANY_SIMULTANEOUS_QUERIES', 'Too many simultaneous queries.');
    }
    const abort = new AbortController();
    const { promise: over, resolve: finish } = Promise.withResolvers<void>();
    this.#started += 1;
    const tag = `/*statement:${this.#started}*/`;
    const process: Process = { ...statement, tag, state: 'receiving', killed: abort.signal, over };
    this.#entries.set(queryId, { process, startedMs: performance.now(), abort, finish });
    return process;
  }

  remove(process: Process): void {
    const entry = this.#entries.get(process.queryId);
    if (entry?.process !== process) return;
    this.#entries.delete(process.queryId);
    entry.finish();
  }

  get(queryId: string): Process | undefined {
    return this.#entries.get(queryId)?.process;
  }

  /** Aborts `killed`. What that means while the statement runs is the matter of whoever runs it. */
  kill(process: Process): void {
    this.#entries.get(process.queryId)?.abort.abort();
  }

  /** Takes no statement any more, drops those that do not run yet, and resolves when the others are over. */
  async close(): Promise<void> {
    this.#closed = true;
    const entries = [...this.#entries.values()];
    for (const { process, abort } of entries) if (process.state !== 'running') abort.abort();
    await Promise.all(entries.map(({ process }) => process.over));
  }

  /** A SELECT whose rows are the processes, with the columns of `system.processes` that can be known here. */
  toSelect(): string {
    const rows = [...this.#entries.values()].map(({ process, startedMs, abort }) => {
      const elapsed = ((performance.now() - startedMs) / 1000).toFixed(6);
      const texts = [process.queryId, process.queryId, process.database, process.kind, process.query].map(
        (text) => quoteString(text.slice(0, SHOWN_QUERY_LENGTH)),
      );
      return `(1, 'default', 'default', ${elapsed}, ${abort.signal.aborted ? 1 : 0}, ${texts.join(', ')})`;
    });
    const none = `SELECT * FROM values(${quoteString(COLUMNS)}, (1, '', '', 0, 0, '', '', '', '', '')) WHERE 0`;
    return rows.length === 0 ? none : `SELECT * FROM values(${quoteString(COLUMNS)}, ${rows.join(', ')})`;
  }
}

const COLUMNS =
  'is_initial_query UInt8, user String, initial_user String, elapsed Float64, is_cancelled UInt8, ' +
  'query_id String, initial_query_id String, current_database String, query_kind String, query String';
