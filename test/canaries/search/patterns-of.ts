import type { Pattern } from './byte-search.ts';

const BASE64_ALIGNMENTS = [0, 1, 2];
/** Signs of base64 that the bytes before the value have a share in, by how many of these there are (modulo 3). */
const SHARED_SIGNS = [0, 2, 3];
const SHORTEST = 8;

/**
 * How a value may stand in bytes: UTF-8, UTF-16LE, hexadecimal, base64 at each alignment, and as a gateway makes a
 * code of it. What escapes hide (percent, \u, HTML) is decoded before the search instead.
 */
export function patternsOf(id: number, cores: readonly string[]): Pattern[] {
  const patterns = new Map<string, Pattern>();
  for (const core of cores) {
    const bytes = Buffer.from(core);
    const isNumber = /^\d+$/.test(core);
    const code = Buffer.from(core.replace(/[^A-Za-z0-9._:/~+-]/g, '_'));
    const forms: Omit<Pattern, 'id'>[] = [
      { bytes, isNumber },
      { bytes: code, isNumber },
      { bytes: Buffer.from(core, 'utf16le'), isNumber: false },
      { bytes: Buffer.from(bytes.toString('hex')), isNumber: false },
      ...BASE64_ALIGNMENTS.map((before) => base64Of(bytes, before)),
    ];
    for (const form of forms) {
      if (form.bytes.length >= SHORTEST)
        patterns.set(Buffer.from(form.bytes).toString('latin1').toLowerCase(), { id, ...form });
    }
  }
  return [...patterns.values()];
}

/**
 * The signs of base64 that the value alone decides, when so many bytes stand before it. They leave a few bits of its
 * ends open, and a search that knows no case leaves more: whether it is this value, decoding tells.
 */
function base64Of(value: Buffer, before: number): Omit<Pattern, 'id'> {
  const encoded = Buffer.concat([Buffer.alloc(before), value]).toString('base64');
  const whole = Math.floor(((before + value.length) * 8) / 6);
  const shared = SHARED_SIGNS[before] ?? 0;
  return {
    bytes: Buffer.from(encoded.slice(shared, whole)),
    isNumber: false,
    confirm: (bytes, at) => {
      const start = Math.max(at - shared, 0);
      const signs = Buffer.from(bytes.subarray(start, at - shared + encoded.length)).toString('latin1');
      return Buffer.from(signs, 'base64').includes(value);
    },
  };
}
