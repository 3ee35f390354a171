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
    const forms: [Buffer, boolean][] = [
      [bytes, isNumber],
      [code, isNumber],
      [Buffer.from(core, 'utf16le'), false],
      [Buffer.from(bytes.toString('hex')), false],
      ...BASE64_ALIGNMENTS.map((before): [Buffer, boolean] => [base64Of(bytes, before), false]),
    ];
    for (const [form, bounded] of forms) {
      if (form.length >= SHORTEST)
        patterns.set(form.toString('latin1').toLowerCase(), { id, bytes: form, isNumber: bounded });
    }
  }
  return [...patterns.values()];
}

/** The signs of base64 that the value alone decides, when so many bytes stand before it. */
function base64Of(bytes: Buffer, before: number): Buffer {
  const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  const whole = Math.floor(((before + bytes.length) * 8) / 6);
  return Buffer.from(encoded.slice(SHARED_SIGNS[before], whole));
}
