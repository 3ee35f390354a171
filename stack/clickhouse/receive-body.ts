import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { ClickHouseError } from './clickhouse-error.ts';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(),
};

/** Arriving chunks that wait for a write leave together in the next one. */
const WRITE_AHEAD_BYTES = 8 * 1024 * 1024;
/** A statement longer than this does not belong into a body without `query=` in the URL. */
const MAX_STATEMENT_BYTES = 64 * 1024 * 1024;

/**
 * Writes `head` and the whole body, decoded, to a new file. Throws ClickHouseError 210 when the client breaks off: a body that did
 * not arrive to its end must never be used. The signal breaks it off from our side.
 */
export async function spoolBody(
  request: IncomingMessage,
  encoding: string,
  to: { readonly file: string; readonly head: string },
  signal: AbortSignal,
): Promise<void> {
  await receive(request, encoding, signal, async (body) => {
    const target = createWriteStream(to.file, { flags: 'wx', highWaterMark: WRITE_AHEAD_BYTES });
    if (to.head !== '') target.write(`${to.head}\n`);
    await pipeline(body, target);
  });
}

/** The whole body, decoded, in memory. Throws as spoolBody does, and 62 above 64 MiB. */
export async function readBody(
  request: IncomingMessage,
  encoding: string,
  signal: AbortSignal,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  await receive(request, encoding, signal, async (body) => {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_STATEMENT_BYTES) {
        throw new ClickHouseError(
          62,
          'SYNTAX_ERROR',
          'The statement is too long: send data apart from `query=` in the URL',
        );
      }
    }
  });
  return Buffer.concat(chunks);
}

async function receive(
  request: IncomingMessage,
  encoding: string,
  signal: AbortSignal,
  consume: (body: Readable) => Promise<void>,
): Promise<void> {
  const decoder = DECODERS[encoding]?.();
  const abort = () => request.destroy(new Error('the statement was killed'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    if (decoder === undefined) await consume(request);
    else await Promise.all([pipeline(request, decoder), consume(decoder)]);
  } catch (error) {
    throw toBodyError(error);
  } finally {
    signal.removeEventListener('abort', abort);
  }
  if (!request.complete) throw new ClickHouseError(210, 'NETWORK_ERROR', "The request's body was cut");
}

function toBodyError(error: unknown): ClickHouseError {
  if (error instanceof ClickHouseError) return error;
  const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
  if (isFull) return new ClickHouseError(243, 'NOT_ENOUGH_SPACE', 'No space left for the rows of an INSERT');
  const reason = error instanceof Error ? error.message : String(error);
  return new ClickHouseError(210, 'NETWORK_ERROR', `The request's body did not arrive whole: ${reason}`);
}
