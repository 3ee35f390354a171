import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ByteShare } from './byte-budget.ts';
import type { ChunkMisfit } from './ports.ts';

export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly maxDecompressedBytes: number;
}

export type BodyFault = Exclude<ChunkMisfit, 'not_an_array'> | 'too_much_in_flight';

export type ReadBody =
  | { readonly ok: true; readonly json: unknown; readonly receivedBytes: number }
  | { readonly ok: false; readonly fault: BodyFault; readonly receivedBytes: number };

/** The connection broke, or the body came too slowly: there is nobody left to answer. */
export class BodyCutOff extends Error {
  constructor() {
    super('the body ended early');
    this.name = 'BodyCutOff';
  }
}

/** A sender that is slower than this holds its share of memory for too long. */
const MAX_RECEIVE_MS = 30_000;
/** No honest log of decisions shrinks further; a bomb of zeros shrinks a thousandfold. */
const MAX_RATIO = 200;
/** Below it a body is small whatever its ratio. */
const RATIO_FROM_BYTES = 1024 * 1024;
/** How much of a body that is refused anyway is still read, so that its sender gets to hear the answer. */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024;

/**
 * Reads a JSON body, gzip or not, holding at most the limits and only what `share` has room for. Decompression stops
 * at the first byte too many. Throws BodyCutOff when the connection breaks.
 */
export async function readJsonBody(
  stream: Readable,
  encoding: string,
  limits: BodyLimits,
  share: ByteShare,
): Promise<ReadBody> {
  const received = await receive(stream, limits.maxBodyBytes, share);
  const { receivedBytes } = received;
  const fault = (name: BodyFault): ReadBody => ({ ok: false, fault: name, receivedBytes });
  if (received.fault !== null) return fault(received.fault);
  const plain = await decompress(received.bytes, encoding, limits.maxDecompressedBytes, share);
  if (typeof plain === 'string') return fault(plain);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(plain);
    return { ok: true, json: JSON.parse(text) as unknown, receivedBytes };
  } catch {
    return fault('not_json');
  }
}

async function receive(
  stream: Readable,
  maxBytes: number,
  share: ByteShare,
): Promise<{ bytes: Buffer; receivedBytes: number; fault: BodyFault | null }> {
  const chunks: Buffer[] = [];
  let receivedBytes = 0;
  let fault: BodyFault | null = null;
  const tooSlow = setTimeout(() => stream.destroy(new BodyCutOff()), MAX_RECEIVE_MS);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      receivedBytes += chunk.length;
      if (receivedBytes > maxBytes) fault ??= 'body_too_large';
      else if (fault === null && !share.take(chunk.length)) fault = 'too_much_in_flight';
      if (fault === null) chunks.push(chunk);
      else chunks.length = 0;
      if (receivedBytes > maxBytes + MAX_DISCARDED_BYTES) break;
    }
  } catch {
    throw new BodyCutOff();
  } finally {
    clearTimeout(tooSlow);
  }
  return { bytes: Buffer.concat(chunks), receivedBytes, fault };
}

async function decompress(
  bytes: Buffer,
  encoding: string,
  maxBytes: number,
  share: ByteShare,
): Promise<Buffer | BodyFault> {
  if (encoding === '' || encoding === 'identity') return bytes;
  if (encoding !== 'gzip' && encoding !== 'x-gzip') return 'encoding_not_supported';
  const maxPlainBytes = Math.min(maxBytes, Math.max(RATIO_FROM_BYTES, bytes.length * MAX_RATIO));
  const gunzip = createGunzip();
  gunzip.end(bytes);
  const chunks: Buffer[] = [];
  let plainBytes = 0;
  try {
    // Leaving the loop destroys the stream: no more is inflated.
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      plainBytes += chunk.length;
      if (plainBytes > maxPlainBytes) return 'decompression_bomb';
      if (!share.take(chunk.length)) return 'too_much_in_flight';
      chunks.push(chunk);
    }
  } catch {
    return 'not_gzip';
  }
  return Buffer.concat(chunks);
}
