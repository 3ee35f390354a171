import { createPublicKey, type KeyObject } from 'node:crypto';

/** Keys that statements are signed with, by their names. */
export type PublicKeys = ReadonlyMap<string, KeyObject>;

/** SubjectPublicKeyInfo of an Ed25519 key (RFC 8410), up to the 32 bytes of the key itself. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** An Ed25519 public key from its 32 bytes. Throws an Error when there are more or fewer. */
export function ed25519PublicKey(bytes: Uint8Array): KeyObject {
  if (bytes.length !== 32) throw new Error('an Ed25519 public key has 32 bytes');
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, bytes]), format: 'der', type: 'spki' });
}

/**
 * Reads keys that came out of band: one a line, its name and its 32 bytes as hexadecimal digits; empty lines and those
 * that begin with # are left out. Throws an Error with the lines that are none.
 */
export function parsePublicKeys(text: string): PublicKeys {
  const lines = text.split('\n').map((line, index) => ({ line: line.trim(), number: index + 1 }));
  const used = lines.filter(({ line }) => line !== '' && !line.startsWith('#'));
  const parsed = used.map(({ line, number }) => ({ match: /^(\S+)\s+([0-9a-f]{64})$/i.exec(line), number }));
  const wrong = parsed.filter(({ match }) => match === null).map(({ number }) => number);
  if (wrong.length > 0 || parsed.length === 0)
    throw new Error(
      `the file with public keys must have lines of a name and 64 hexadecimal digits${wrong.length > 0 ? `: see line ${wrong.join(', ')}` : ''}`,
    );
  return new Map(
    parsed.map(({ match }) => [match?.[1] ?? '', ed25519PublicKey(Buffer.from(match?.[2] ?? '', 'hex'))]),
  );
}
