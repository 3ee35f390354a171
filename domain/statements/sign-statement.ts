import { type KeyObject, sign, verify } from 'node:crypto';
import type { ReleasedSchema } from '../contract/registry.ts';

/** What stands in front of a statement's canonical bytes, so that no other signature can be taken for it. */
const STATEMENT_DOMAIN = Buffer.concat([Buffer.from('docket-statement/1', 'ascii'), Buffer.from([0x00])]);
const SIGNATURE_BYTES = 64;
const NO_SIGNATURE = Buffer.alloc(SIGNATURE_BYTES);

type StatementSchema = Pick<ReleasedSchema, 'encode'>;

interface Signed {
  /** Ed25519, 64 bytes. */
  readonly signature: Uint8Array;
}

/**
 * What is signed: "docket-statement/1" ‖ 00 ‖ canonical Avro of the statement with 64 zero bytes as its signature.
 * @param schema the version of the schema `statement` that the statement is sent in.
 */
export function signedBytes(schema: StatementSchema, statement: object): Buffer {
  return Buffer.concat([STATEMENT_DOMAIN, schema.encode({ ...statement, signature: NO_SIGNATURE })]);
}

/** The statement with its signature. Throws an Error for a private key that is not Ed25519. */
export function signStatement<Unsigned extends object>(
  schema: StatementSchema,
  statement: Unsigned,
  privateKey: KeyObject,
): Unsigned & Signed {
  requireEd25519(privateKey);
  return { ...statement, signature: sign(null, signedBytes(schema, statement), privateKey) };
}

/**
 * Whether the statement was signed with the key that belongs to `publicKey`, in exactly this form.
 * Throws an Error for a public key that is not Ed25519.
 */
export function verifyStatement(schema: StatementSchema, statement: Signed, publicKey: KeyObject): boolean {
  requireEd25519(publicKey);
  if (statement.signature.length !== SIGNATURE_BYTES) return false;
  return verify(null, signedBytes(schema, statement), publicKey, statement.signature);
}

function requireEd25519(key: KeyObject): void {
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('statements are signed with an Ed25519 key');
}
