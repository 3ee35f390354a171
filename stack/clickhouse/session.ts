import { Session } from 'chdb';
import { ClickHouseError, toClickHouseError } from './clickhouse-error.ts';
import { lockHolder } from './lock-holder.ts';
import type { Process } from './processes.ts';
import { SlotQueue } from './slot-queue.ts';
import { quoteIdentifier, quoteString } from './tokenize-sql.ts';

/** What runs side by side: slow readers must not keep rows from being written, nor the process list from being read. */
export type Lane = 'reads' | 'writes' | 'processes';

export interface RunOptions {
  readonly lane: Lane;
  readonly database: string;
  /** Query parameters as the HTTP interface takes them. */
  readonly parameters: ReadonlyMap<string, string>;
}

interface Slot {
  readonly session: Session;
  database: string;
}

const SLOTS: Readonly<Record<Lane, number>> = { reads: 4, writes: 2, processes: 1 };
const MIB = 1024 * 1024;

/** Given to the engine when it opens: small caches, and a bound on memory. */
const CONNECTION_ARGS = [
  `--max_server_memory_usage=${3 * 1024 * MIB}`,
  `--mark_cache_size=${64 * MIB}`,
  `--index_mark_cache_size=${16 * MIB}`,
  '--uncompressed_cache_size=0',
  '--background_pool_size=2',
];

/**
 * The embedded engine: several sessions on one directory, each running one statement at a time. Measured: sessions run
 * side by side, reads beside inserts; USE and parameters (SET param_…) belong to one session only, and a statement
 * first sets all the parameters it names. (chdb's own parameter binding is process-wide and must be serialised.)
 */
export class EngineSessions {
  readonly #sessions: Session[] = [];
  readonly #lanes: Readonly<Record<Lane, SlotQueue<Slot>>>;
  readonly #control: Session;

  /** Throws an Error that says so when another process has the directory. */
  constructor(storeDir: string) {
    const lane = (slots: number) =>
      new SlotQueue(
        Array.from({ length: slots }, () => ({ session: this.#open(storeDir), database: 'default' })),
      );
    this.#control = this.#open(storeDir);
    this.#lanes = { reads: lane(SLOTS.reads), writes: lane(SLOTS.writes), processes: lane(SLOTS.processes) };
  }

  /** Runs a statement to its end and returns its whole answer. Throws ClickHouseError. */
  run(process: Process, sql: string, options: RunOptions): Promise<Uint8Array> {
    return this.#withSession(process, options, async (session) =>
      (await session.queryAsync(`${process.tag} ${sql}`, { format: 'TSV' })).bytes(),
    );
  }

  /**
   * Runs a SELECT and hands on its answer piece by piece; the next piece is computed when `take` has resolved.
   * `format` must have neither head nor foot: the engine formats each piece for itself. Throws ClickHouseError.
   */
  stream(
    process: Process,
    sql: string,
    options: RunOptions & { readonly format: string },
    take: (bytes: Uint8Array) => Promise<void>,
  ): Promise<void> {
    return this.#withSession(process, options, async (session) => {
      const stream = session.queryStream(`${process.tag} ${sql}`, { format: options.format });
      for await (const chunk of stream) await take(chunk.raw());
    });
  }

  /** A small statement of the front's own, beside all others. Throws ClickHouseError. */
  async ask(sql: string, format: string): Promise<Uint8Array> {
    try {
      return (await this.#control.queryAsync(sql, { format })).bytes();
    } catch (error) {
      throw toClickHouseError(error);
    }
  }

  close(): void {
    for (const session of this.#sessions) session.close();
  }

  #open(storeDir: string): Session {
    try {
      const session = new Session(storeDir, { connectionArgs: CONNECTION_ARGS });
      this.#sessions.push(session);
      return session;
    } catch (error) {
      const holder = lockHolder(storeDir);
      if (holder === null) throw error;
      throw new Error(
        `Another ClickHouse engine (pid ${holder}) already uses ${storeDir}. Stop it, or choose another data directory.`,
      );
    }
  }

  async #withSession<T>(
    process: Process,
    options: RunOptions,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    const { killed } = process;
    const lane = this.#lanes[options.lane];
    process.state = 'queued';
    const slot = await lane.take(killed).catch(() => {
      throw cancelled();
    });
    const cancel = () => void this.#cancelRunning(process);
    try {
      process.state = 'running';
      killed.addEventListener('abort', cancel);
      await prepare(slot, options);
      killed.throwIfAborted();
      return await work(slot.session);
    } catch (error) {
      throw killed.aborted ? cancelled() : toClickHouseError(error);
    } finally {
      killed.removeEventListener('abort', cancel);
      lane.giveBack(slot);
    }
  }

  /** Repeated until the statement is over: it may not have reached the engine at the first attempt. */
  async #cancelRunning(process: Process): Promise<void> {
    let isOver = false;
    process.over.then(() => {
      isOver = true;
    });
    const kill = `KILL QUERY WHERE startsWith(query, ${quoteString(process.tag)}) ASYNC`;
    while (!isOver) {
      await this.ask(kill, 'TSV').catch(() => {});
      await Promise.race([process.over, new Promise((resolve) => setTimeout(resolve, 50))]);
    }
  }
}

async function prepare(slot: Slot, options: RunOptions): Promise<void> {
  if (slot.database !== options.database) {
    await slot.session.queryAsync(`USE ${quoteIdentifier(options.database)}`);
    slot.database = options.database;
  }
  if (options.parameters.size === 0) return;
  const pairs = [...options.parameters].map(([name, value]) => `param_${name} = ${quoteString(value)}`);
  await slot.session.queryAsync(`SET ${pairs.join(', ')}`);
}

function cancelled(): ClickHouseError {
  return new ClickHouseError(394, 'QUERY_WAS_CANCELLED', 'Query was cancelled');
}
