import type { Dice } from '../../../support/fuzz/dice.ts';
import { ALNUM, drawFrom, groupBy, HEX } from '../draw-text.ts';

const BLOCKS = [
  'PRIVATE KEY',
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
  'OPENSSH PRIVATE KEY',
  'PGP PRIVATE KEY BLOCK',
];
const COLUMNS = 64;

/** A JSON web token (RFC 7519) whose signature nobody made. */
export function makeJwt(dice: Dice): string {
  const header = { alg: dice.pick(['HS256', 'RS256', 'ES256']), typ: 'JWT', kid: drawFrom(dice, HEX, 8) };
  const claims = { sub: drawFrom(dice, HEX, 12), iat: 1_700_000_000 + dice.below(90_000_000), scope: 'read' };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${dice.bytes(dice.pick([32, 64])).toString('base64url')}`;
}

/** A private key block (RFC 7468) around random bytes: its first and last lines may stay, the body may not. */
export function makePrivateKey(dice: Dice): { before: string; value: string; after: string } {
  const name = dice.pick(BLOCKS);
  const body = drawFrom(dice, `${ALNUM}+/`, COLUMNS * (2 + dice.below(6)) + dice.below(40));
  return {
    before: `-----BEGIN ${name}-----\n`,
    value: groupBy(body, Array(Math.ceil(body.length / COLUMNS)).fill(COLUMNS), '\n'),
    after: `\n-----END ${name}-----`,
  };
}
