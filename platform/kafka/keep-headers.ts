import { createRequire } from 'node:module';

interface RecordHeader {
  readonly key: string | null;
}

interface RecordDecoder {
  readVarInt(): number;
}

interface DecoderPrototype {
  /** What kafkajs reads a record's headers with, and nothing else. */
  readVarIntArray(this: RecordDecoder, readHeader: (decoder: RecordDecoder) => RecordHeader): RecordHeader[];
}

const kept = new Set<string>();
/** One to take, and a second one to tell that there is more than one. */
const MOST_OF_ONE_NAME = 2;

/**
 * From now on, consumers of this process see no headers of records but those of this name. kafkajs copies all headers
 * of a record once for each of them: a record of 80 KB with 10,000 headers, which any producer may send, holds the
 * process for 20 s, misses its heartbeats, and then does the same to the next member of the group. There is no option
 * for it, so the method that reads them is replaced.
 */
export function keepHeadersNamed(name: string): void {
  kept.add(name);
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/protocol/decoder') as {
    readonly prototype: DecoderPrototype;
  };
  prototype.readVarIntArray = readKeptHeaders;
}

const readKeptHeaders: DecoderPrototype['readVarIntArray'] = function (this: RecordDecoder, readHeader) {
  const headers: RecordHeader[] = [];
  const length = this.readVarInt();
  for (let index = 0; index < length; index++) {
    const header = readHeader(this);
    const isKept = header.key !== null && kept.has(header.key);
    if (isKept && headers.length < kept.size * MOST_OF_ONE_NAME) headers.push(header);
  }
  return headers;
};
