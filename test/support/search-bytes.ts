import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';

/** Where something was found: a file, and which of the needles. */
export interface Hit {
  readonly file: string;
  readonly needle: string;
}

const CHECKSUM_BYTES = 16;
const BLOCK_HEADER_BYTES = 9;
const METHOD = { none: 0x02, lz4: 0x82, zstd: 0x90, multiple: 0x91, delta: 0x92 } as const;

/** Looks for texts in every file below a directory, as the bytes stand and, in ClickHouse's columns, decompressed. */
export function searchDirectory(
  directory: string,
  needles: readonly string[],
): { hits: Hit[]; files: number; unpacked: number } {
  const hits: Hit[] = [];
  let files = 0;
  let unpacked = 0;
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const file = join(directory, name);
    if (!statSync(file).isFile()) continue;
    files++;
    const bytes = readFileSync(file);
    hits.push(...searchBytes(name, bytes, needles));
    if (!name.endsWith('.bin')) continue;
    const columns = decompressColumns(bytes);
    if (columns.length > 0) unpacked++;
    hits.push(...searchBytes(`${name} (decompressed)`, columns, needles));
  }
  return { hits, files, unpacked };
}

/** Looks for texts in bytes, whatever their case. */
export function searchBytes(file: string, bytes: Buffer, needles: readonly string[]): Hit[] {
  const text = bytes.toString('latin1').toLowerCase();
  return needles.filter((needle) => text.includes(needle.toLowerCase())).map((needle) => ({ file, needle }));
}

/** The content of a ClickHouse column file: blocks of checksum, method, sizes, data. Throws for an unknown codec. */
function decompressColumns(file: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at + CHECKSUM_BYTES + BLOCK_HEADER_BYTES <= file.length; ) {
    const block = at + CHECKSUM_BYTES;
    const compressed = file.readUInt32LE(block + 1);
    parts.push(decompressBlock(file.subarray(block, block + compressed)));
    at = block + compressed;
  }
  return Buffer.concat(parts);
}

function decompressBlock(block: Buffer): Buffer {
  const size = block.readUInt32LE(5);
  const data = block.subarray(BLOCK_HEADER_BYTES);
  switch (block[0]) {
    case METHOD.none:
      return data;
    case METHOD.lz4:
      return decompressLz4(data, size);
    case METHOD.zstd:
      return zstdDecompressSync(data);
    case METHOD.multiple:
      return decompressBlock(data.subarray(1 + (data[0] ?? 0)));
    case METHOD.delta:
      return data; // numbers: nothing to read in them
    default:
      throw new Error(`a column is compressed by a method that is not known here: ${block[0]}`);
  }
}

/** LZ4 block format: literals and back references (lz4_Block_format.md). */
function decompressLz4(source: Buffer, size: number): Buffer {
  const out = Buffer.alloc(size);
  let from = 0;
  let to = 0;
  const readLength = (short: number): number => {
    let length = short;
    if (short !== 15) return length;
    for (let byte = 255; byte === 255; length += byte) byte = source[from++] ?? 0;
    return length;
  };
  while (from < source.length) {
    const token = source[from++] ?? 0;
    const literals = readLength(token >> 4);
    source.copy(out, to, from, from + literals);
    from += literals;
    to += literals;
    if (from >= source.length) break;
    const offset = source.readUInt16LE(from);
    from += 2;
    const length = readLength(token & 15) + 4;
    for (let copied = 0; copied < length; copied++, to++) out[to] = out[to - offset] ?? 0;
  }
  return out;
}
