import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SchemaRegistry } from '../../../domain/contract/registry.ts';
import { signStatement, verifyStatement } from '../../../domain/statements/sign-statement.ts';
import type { Signer } from '../ports.ts';
import { isMissing, writeDurably } from './durable-files.ts';

/** Name of the database in the vault's folder. */
export const DATABASE = 'vault.sqlite';
const INDEX_KEY = 'index.key';
const SIGNING_KEY = 'signing-key.pem';
const INDEX_KEY_BYTES = 32;
const OWNER_ONLY = 0o700;

/** Files of a vault's folder that are made once and kept for good. */
export interface VaultFolder {
  /** 32 bytes: finds subjects, and without it nobody does. */
  readonly indexKey: KeyObject;
  readonly signer: Signer;
}

/**
 * Makes the folder with an index key and a signing key. Throws an Error when there are such keys already: others in
 * their stead would lose everybody's records.
 */
export async function initVaultFolder(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: OWNER_ONLY });
  for (const name of [INDEX_KEY, SIGNING_KEY])
    if ((await readIfThere(join(directory, name))) !== null)
      throw new Error(`There is a vault in this folder already: ${name} is there.`);
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeDurably(
    join(directory, SIGNING_KEY),
    Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  );
  await writeDurably(join(directory, INDEX_KEY), randomBytes(INDEX_KEY_BYTES));
}

/** Reads the keys of the folder. Throws an Error that says what to do where they are not there. */
export async function readVaultFolder(directory: string, registry: SchemaRegistry): Promise<VaultFolder> {
  const indexKey = await readIfThere(join(directory, INDEX_KEY));
  const pem = await readIfThere(join(directory, SIGNING_KEY));
  if (indexKey === null || pem === null)
    throw new Error('There is no vault in DOCKET_VAULT_DIRECTORY. Make one: docket vault init <folder>');
  if (indexKey.length !== INDEX_KEY_BYTES) throw new Error(`${INDEX_KEY} of the vault is damaged.`);
  return { indexKey: createSecretKey(indexKey), signer: createSigner(pem, registry) };
}

function createSigner(pem: Buffer, registry: SchemaRegistry): Signer {
  const privateKey = createPrivateKey(pem);
  const publicKeyObject = createPublicKey(privateKey);
  const publicKey = publicKeyObject.export({ type: 'spki', format: 'der' }).subarray(-32);
  const keyName = `vault-${createHash('sha256').update(publicKey).digest('hex').slice(0, 8)}`;
  const schema = registry.newest('statement');
  return {
    keyName,
    publicKey,
    sign: (unsigned) => signStatement(schema, { ...unsigned, key_name: keyName }, privateKey),
    verify: (statement) => verifyStatement(schema, statement, publicKeyObject),
  };
}

async function readIfThere(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
