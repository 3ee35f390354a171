import type { Process, ProcessList } from './processes.ts';
import type { EngineSessions, RunOptions } from './session.ts';
import type { KillStatement } from './statement.ts';
import { quoteString } from './tokenize-sql.ts';

export interface KillWork {
  readonly request: Omit<RunOptions, 'lane'>;
  /** The KILL itself, which spares itself. */
  readonly process: Process;
  readonly processes: ProcessList;
  readonly sessions: EngineSessions;
}

const RESULT = 'kill_status String, query_id String, user String, query String';

/**
 * KILL QUERY over the front's process list. A statement whose body is still arriving, or that waits, is dropped and
 * never runs. A running one is cancelled in the engine, which looks between blocks: an INSERT that is already writing
 * its part may still succeed. With SYNC the answer comes when all of them are over.
 * @returns ClickHouse's rows for it, in the given format. Throws ClickHouseError for a condition that does not hold water.
 */
export async function killStatements(
  work: KillWork,
  kill: KillStatement,
  format: string,
): Promise<Uint8Array> {
  const { processes, sessions, process: own } = work;
  const select = `SELECT query_id FROM (${processes.toSelect()}) AS processes WHERE ${kill.condition} FORMAT JSONCompactEachRow`;
  const found = await sessions.run(own, select, { ...work.request, lane: 'processes' });
  const targets = Buffer.from(found)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => processes.get(String(JSON.parse(line)[0])))
    .filter((process) => process !== undefined)
    .filter((process) => process !== own);
  for (const process of targets) processes.kill(process);
  if (kill.sync) await Promise.all(targets.map((process) => process.over));
  const status = kill.sync ? 'finished' : 'waiting';
  const rows = targets.map((process) =>
    [status, process.queryId, 'default', process.query].map((text) => quoteString(text)).join(', '),
  );
  const none = `SELECT * FROM values('${RESULT}', ('', '', '', '')) WHERE 0`;
  const some = `SELECT * FROM values('${RESULT}', ${rows.map((row) => `(${row})`).join(', ')})`;
  return sessions.ask(`${rows.length === 0 ? none : some} FORMAT ${format}`, 'TSV');
}
