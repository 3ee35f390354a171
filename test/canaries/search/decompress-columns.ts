import { zstdDecompressSync } from 'node:zlib';

const CHECKSUM_BYTES = 16;
const BLOCK_HEADER_BYTES = 9;
const METHOD = { none: 0x02, lz4: 0x82, zstd: 0x90, multiple: 0x91, delta: 0x92 } as const;
const METHODS: ReadonlySet<number> = new Set(Object.values(METHOD));

/**
 * The content of a file that ClickHouse compressed, column, mark or index: blocks of checksum, method, sizes, data.
 * Null when the file is none of these. Throws for a method that is not known here.
 */
export function decompressColumns(file: Buffer): Buffer | null {
  const blocks: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const block = at + CHECKSUM_BYTES;
    if (block + BLOCK_HEADER_BYTES > file.length) return null;
    const compressed = file.readUInt32LE(block + 1);
    if (compressed < BLOCK_HEADER_BYTES || block + compressed > file.length) return null;
    blocks.push(file.subarray(block, block + compressed));
    at = block + compressed;
  }
  if (blocks.length === 0) return null;
  const unknown = blocks.find((block) => !METHODS.has(block[0] ?? 0));
  if (unknown !== undefined)
    throw new Error(`a file is compressed by a method that is not known: ${unknown[0]}`);
  return Buffer.concat(blocks.map(decompressBlock));
}

function decompressBlock(block: Buffer): Buffer {
  const size = block.readUInt32LE(5);
  const data = block.subarray(BLOCK_HEADER_BYTES);
  switch (block[0]) {
    case METHOD.lz4:
      return decompressLz4(data, size);
    case METHOD.zstd:
      return zstdDecompressSync(data);
    case METHOD.multiple:
      return decompressBlock(data.subarray(1 + (data[0] ?? 0)));
    default:
      return data; // none; or delta, which is of numbers: nothing to read in them
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
