const ESCAPES =
  /%([0-9a-f]{2})|\\+u([0-9a-f]{4})|\\+x([0-9a-f]{2})|&#x([0-9a-f]{2,6});|&#(\d{2,7});|\\+([/"'\\])/gi;
const HINTS = [Buffer.from('%'), Buffer.from('\\'), Buffer.from('&#')];
const DEPTH = 2;

/**
 * The same bytes with percent escapes, \u and \x escapes, HTML's numeric entities and escaped signs of JSON decoded,
 * once and twice. Nothing where there is nothing to decode. What is not of Latin-1 is left out: no canary has it.
 */
export function decodeEscapes(bytes: Buffer): Buffer[] {
  const decoded: Buffer[] = [];
  let current = bytes;
  for (let depth = 0; depth < DEPTH; depth++) {
    const at = current;
    if (!HINTS.some((hint) => at.includes(hint))) break;
    const text = current.toString('latin1');
    const plain = text.replace(ESCAPES, replaceEscape);
    if (plain.length === text.length) break;
    current = Buffer.from(plain, 'latin1');
    decoded.push(current);
  }
  return decoded;
}

function replaceEscape(_all: string, ...groups: (string | undefined)[]): string {
  const [percent, unicode, short, entity, decimal, sign] = groups;
  if (sign !== undefined) return sign;
  const hex = percent ?? unicode ?? short ?? entity;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return code < 0x100 ? String.fromCharCode(code) : ' ';
}
