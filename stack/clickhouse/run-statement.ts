import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Answer } from './answer.ts';
import { ClickHouseError, toClickHouseError } from './clickhouse-error.ts';
import { readRequest, type StatementRequest } from './http-interface.ts';
import { type InsertStatement, readsBody, renderInsert } from './insert-statement.ts';
import { killStatements } from './kill-statements.ts';
import type { Process, ProcessList } from './processes.ts';
import { requireParameters } from './query-parameters.ts';
import { readBody, spoolBody } from './receive-body.ts';
import type { EngineSessions } from './session.ts';
import { type PlainStatement, parseStatement, renderPlain, type Statement } from './statement.ts';
import { WITH_ROWS } from './statement-heads.ts';
import { isStreamable } from './streamable.ts';
import { withProcesses } from './with-processes.ts';

export interface Front {
  readonly sessions: EngineSessions;
  readonly processes: ProcessList;
  /** Rows of INSERTs, each file until its statement is over. */
  readonly spoolDir: string;
}

interface Work extends Front {
  readonly request: StatementRequest;
  readonly incoming: IncomingMessage;
  readonly answer: Answer;
  readonly process: Process;
  readonly spoolFile: string;
}

/** Answers one request that carries a statement. Never rejects: every failure is an answer. */
export async function runStatement(
  front: Front,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let answer = new Answer(response, { queryId: '', format: '', encoding: null });
  let process: Process | undefined;
  const spoolFile = join(front.spoolDir, randomUUID());
  try {
    const request = readRequest(incoming);
    const queryId = request.queryId ?? randomUUID();
    answer = new Answer(response, {
      queryId,
      format: request.defaultFormat,
      encoding: request.answerEncoding,
    });
    process = front.processes.add({ queryId, query: request.query, kind: '', database: request.database });
    const work: Work = { ...front, request, incoming, answer, process, spoolFile };
    const statement = await receive(work);
    if (statement.kind === 'select') cancelWhenClientLeaves(work, response);
    await run(work, statement);
  } catch (error) {
    incoming.resume();
    answer.fail(toClickHouseError(error));
  } finally {
    if (process !== undefined) front.processes.remove(process);
    await rm(spoolFile, { force: true });
  }
}

/** Reads the statement, and the rows of an INSERT into the spool file. Nothing has run when this throws. */
async function receive(work: Work): Promise<Statement> {
  const { request, incoming, process, spoolFile } = work;
  const inUrl = request.query === '' ? null : parseStatement(request.query);
  if (inUrl !== null) process.kind = headOf(inUrl);
  if (inUrl?.kind === 'insert' && readsBody(inUrl)) {
    const inline = request.query.slice(inUrl.source.dataStart).replace(/^\s+/, '');
    await spoolBody(incoming, request.bodyEncoding, { file: spoolFile, head: inline }, process.killed);
    return inUrl;
  }
  const body = await readBody(incoming, request.bodyEncoding, process.killed);
  if (inUrl !== null && body.length === 0) return inUrl;
  // Rows in a binary format stand behind the statement: only the statement has to be text.
  const text = (request.query === '' ? '' : `${request.query}\n`) + body.toString('utf8');
  const statement = parseStatement(text);
  process.kind = headOf(statement);
  if (statement.kind !== 'insert' || !readsBody(statement)) {
    process.query = text;
    return statement;
  }
  process.query = text.slice(0, statement.source.dataStart);
  const whole = request.query === '' ? body : Buffer.from(text);
  await writeFile(spoolFile, dataBehind(whole, Buffer.byteLength(process.query)), { flag: 'wx' });
  return statement;
}

/** The data: behind the statement, one line break or blanks up to it left out, as ClickHouse does. */
function dataBehind(body: Buffer, statementBytes: number): Buffer {
  let from = statementBytes;
  while (body[from] === 0x20 || body[from] === 0x09 || body[from] === 0x0d) from += 1;
  return body.subarray(body[from] === 0x0a ? from + 1 : from);
}

function headOf(statement: Statement): string {
  return statement.kind === 'insert' ? 'INSERT' : statement.kind === 'kill' ? 'KILL' : statement.head;
}

/** Nobody would read the rows. Other statements go on: their effect was asked for. */
function cancelWhenClientLeaves(work: Work, response: ServerResponse): void {
  const cancel = () => {
    if (!response.writableFinished) work.processes.kill(work.process);
  };
  if (response.destroyed) cancel();
  response.once('close', cancel);
}

async function run(work: Work, statement: Statement): Promise<void> {
  if (work.request.readOnly && (statement.kind === 'insert' || statement.kind === 'kill')) throw readOnly();
  if (statement.kind === 'insert') return runInsert(work, statement);
  if (statement.kind !== 'kill') return runPlain(work, statement);
  const format = statement.format ?? work.request.defaultFormat;
  work.answer.setFormat(format);
  requireParameters(statement.condition, work.request.parameters);
  work.answer.end(await killStatements(work, statement, format));
}

async function runInsert(work: Work, insert: InsertStatement): Promise<void> {
  const { request, process } = work;
  const sql = renderInsert(insert, request.settings, readsBody(insert) ? work.spoolFile : null);
  if (insert.source.from === 'select') requireParameters(insert.source.sql, request.parameters);
  await work.sessions.run(process, sql, { ...request, lane: 'writes' });
  work.answer.end(new Uint8Array());
}

async function runPlain(work: Work, plain: PlainStatement): Promise<void> {
  const { request, answer, process, sessions } = work;
  if (request.readOnly && !WITH_ROWS.has(plain.head)) throw readOnly();
  const statement = withProcesses(plain, work.processes);
  requireParameters(statement.sql, request.parameters);
  const format = statement.format ?? request.defaultFormat;
  answer.setFormat(format);
  const sql = renderPlain(statement, request.settings, format);
  const reading = WITH_ROWS.has(plain.head) ? 'reads' : 'writes';
  const options = { ...request, format, lane: statement === plain ? reading : 'processes' } as const;
  if (request.waitForEnd || !isStreamable(statement, request.settings, format)) {
    return answer.end(await sessions.run(process, sql, options));
  }
  await sessions.stream(process, sql, options, (bytes) => answer.write(bytes));
  answer.end(new Uint8Array());
}

function readOnly(): ClickHouseError {
  return new ClickHouseError(
    164,
    'READONLY',
    'Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly',
  );
}
