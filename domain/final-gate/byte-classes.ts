/** `0`–`9`. */
export function isDigitByte(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** `A`–`Z`. */
export function isUpperByte(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x41 && byte <= 0x5a;
}

/** `A`–`Z`, `a`–`z`. */
export function isLetterByte(byte: number | undefined): boolean {
  return byte !== undefined && isUpperByte(byte & 0xdf);
}

/** A letter or digit of ASCII. */
export function isAlnumByte(byte: number | undefined): boolean {
  return isDigitByte(byte) || isLetterByte(byte);
}

/** What base64url is written in. */
export function isTokenByte(byte: number | undefined): boolean {
  return isAlnumByte(byte) || byte === 0x2d || byte === 0x5f;
}

/**
 * Whether a value may begin or end beside this byte, or beyond the text. Not beside a letter or digit, and not beside
 * a byte of another script: what that one is to a reader, the gate does not know.
 */
export function isEdge(byte: number | undefined): boolean {
  return byte === undefined || (byte < 0x80 && !isAlnumByte(byte));
}
