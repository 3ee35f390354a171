import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { createGzip, createZstdCompress } from 'node:zlib';
import { ClickHouseError, statusOf } from './clickhouse-error.ts';

export interface AnswerHead {
  readonly queryId: string;
  readonly format: string;
  readonly encoding: 'gzip' | 'zstd' | null;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  JSON: 'application/json; charset=UTF-8',
  JSONEachRow: 'application/x-ndjson; charset=UTF-8',
  CSV: 'text/csv; charset=UTF-8; header=absent',
  CSVWithNames: 'text/csv; charset=UTF-8; header=present',
  TabSeparated: 'text/tab-separated-values; charset=UTF-8',
  TSV: 'text/tab-separated-values; charset=UTF-8',
};

/**
 * An answer on its way to the client. Until the first byte an error is a status and a header; after it, the mark that
 * ClickHouse ≥ 25.11 writes into the body, followed by the end of the connection instead of the end of the body, so
 * that nobody takes a part for the whole.
 */
export class Answer {
  readonly #response: ServerResponse;
  readonly #exceptionTag = randomBytes(8).toString('hex');
  readonly #startedMs = performance.now();
  #head: AnswerHead;
  #body: Writable | null = null;
  #failed = false;

  constructor(response: ServerResponse, head: AnswerHead) {
    this.#response = response;
    this.#head = head;
  }

  setFormat(format: string): void {
    this.#head = { ...this.#head, format };
  }

  /** Sends a piece and resolves when there is room for the next one. Throws ClickHouseError 210 when the client is gone. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#response.destroyed) throw clientGone();
    const body = this.#start();
    if (bytes.length === 0 || body.write(bytes)) return;
    const gone = new AbortController();
    const onClose = () => gone.abort();
    this.#response.once('close', onClose);
    try {
      await once(body, 'drain', { signal: gone.signal });
    } catch {
      throw clientGone();
    } finally {
      this.#response.off('close', onClose);
    }
  }

  /** Sends the last piece. */
  end(bytes: Uint8Array): void {
    this.#start().end(bytes);
  }

  fail(error: ClickHouseError): void {
    if (this.#response.destroyed) return;
    if (this.#body !== null) this.#failInTheMiddle(error, this.#body);
    else this.#failAtOnce(error);
  }

  #start(): Writable {
    if (this.#body !== null) return this.#body;
    const { format, encoding } = this.#head;
    this.#setCommonHeaders();
    this.#response.setHeader('Content-Type', CONTENT_TYPES[format] ?? 'application/octet-stream');
    this.#response.setHeader('X-ClickHouse-Format', format);
    this.#response.setHeader('X-ClickHouse-Exception-Tag', this.#exceptionTag);
    // Rows and bytes are left out: the engine does not tell them.
    const elapsedNs = Math.round((performance.now() - this.#startedMs) * 1e6);
    this.#response.setHeader('X-ClickHouse-Summary', JSON.stringify({ elapsed_ns: String(elapsedNs) }));
    this.#body = encoding === null ? this.#response : this.#compress(encoding);
    return this.#body;
  }

  #compress(encoding: 'gzip' | 'zstd'): Writable {
    this.#response.setHeader('Content-Encoding', encoding);
    const compress = encoding === 'gzip' ? createGzip({ level: 3 }) : createZstdCompress();
    compress.on('error', () => this.#response.destroy());
    compress.pipe(this.#response, { end: false });
    compress.once('end', () => this.#finish());
    return compress;
  }

  #finish(): void {
    if (this.#failed) this.#response.socket?.end();
    else this.#response.end();
  }

  #setCommonHeaders(): void {
    this.#response.setHeader('X-ClickHouse-Query-Id', this.#head.queryId);
    this.#response.setHeader('X-ClickHouse-Server-Display-Name', 'docket-embedded');
  }

  #failAtOnce(error: ClickHouseError): void {
    this.#setCommonHeaders();
    this.#response.setHeader('X-ClickHouse-Exception-Code', String(error.code));
    this.#response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
    this.#response.statusCode = statusOf(error.code);
    this.#response.end(error.body);
  }

  #failInTheMiddle(error: ClickHouseError, body: Writable): void {
    const tag = this.#exceptionTag;
    const length = Buffer.byteLength(error.body);
    const mark = `\r\n__exception__\r\n${tag}\r\n${error.body}${length} ${tag}\r\n__exception__\r\n`;
    this.#failed = true;
    if (body !== this.#response) body.end(mark);
    else {
      body.write(mark);
      this.#finish();
    }
  }
}

function clientGone(): ClickHouseError {
  return new ClickHouseError(210, 'NETWORK_ERROR', 'The client left before the answer was complete');
}
