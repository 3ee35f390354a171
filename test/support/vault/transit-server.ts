import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface EngineKey {
  readonly versions: Map<number, Buffer>;
  latest: number;
  minDecryption: number;
  minEncryption: number;
}

export interface TransitServer {
  readonly url: string;
  /** Every key that the engine still has, by name and version: what was trimmed is not among them. */
  keysLeft(): Buffer[];
  stop(): Promise<void>;
}

type Answer = { status: number; data?: object };

/**
 * The part of a Transit engine that is used: keys with versions, encrypt, decrypt, configure, trim, with the rules
 * that its documentation gives (a version can be trimmed only below both minimal versions).
 */
export async function startTransitServer(token: string): Promise<TransitServer> {
  const keys = new Map<string, EngineKey>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    const isAllowed = request.headers['x-vault-token'] === token;
    const { status, data } = isAllowed
      ? answer(keys, request.url ?? '', body, request.method)
      : { status: 403 };
    response.writeHead(status, { connection: 'close' }).end(JSON.stringify({ data }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keysLeft: () => [...keys.values()].flatMap(({ versions }) => [...versions.values()]),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function answer(
  keys: Map<string, EngineKey>,
  path: string,
  body: Record<string, unknown>,
  method = 'GET',
): Answer {
  const [, , , operation = '', name = '', action = ''] = path.split('/');
  const key = keys.get(name);
  if (operation === 'keys' && action === '' && method === 'POST') {
    if (key === undefined)
      keys.set(name, {
        versions: new Map([[1, randomBytes(32)]]),
        latest: 1,
        minDecryption: 1,
        minEncryption: 0,
      });
    return { status: 200 };
  }
  if (key === undefined) return { status: 404 };
  if (operation === 'keys' && action === '') return { status: 200, data: { latest_version: key.latest } };
  if (action === 'rotate') {
    key.latest++;
    key.versions.set(key.latest, randomBytes(32));
    return { status: 200 };
  }
  if (action === 'config') return configure(key, body);
  if (action === 'trim') return trim(key, Number(body.min_available_version));
  if (operation === 'encrypt') return encrypt(key, body);
  return operation === 'decrypt' ? decrypt(key, body) : { status: 404 };
}

function configure(key: EngineKey, body: Record<string, unknown>): Answer {
  const [decryption, encryption] = [Number(body.min_decryption_version), Number(body.min_encryption_version)];
  if (decryption > key.latest || encryption > key.latest) return { status: 400 };
  key.minDecryption = decryption;
  key.minEncryption = encryption;
  return { status: 200 };
}

function trim(key: EngineKey, minAvailable: number): Answer {
  if (key.minEncryption === 0 || minAvailable > key.minEncryption || minAvailable > key.minDecryption)
    return { status: 400 };
  for (const version of key.versions.keys()) if (version < minAvailable) key.versions.delete(version);
  return { status: 200 };
}

function encrypt(key: EngineKey, body: Record<string, unknown>): Answer {
  const version = Number(body.key_version);
  const secret = key.versions.get(version);
  if (secret === undefined || version < key.minEncryption) return { status: 400 };
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', secret, nonce);
  cipher.setAAD(Buffer.from(String(body.associated_data), 'base64'));
  const sealed = [nonce, cipher.update(Buffer.from(String(body.plaintext), 'base64')), cipher.final()];
  const ciphertext = Buffer.concat([...sealed, cipher.getAuthTag()]).toString('base64');
  return { status: 200, data: { ciphertext: `vault:v${version}:${ciphertext}` } };
}

function decrypt(key: EngineKey, body: Record<string, unknown>): Answer {
  const [, , text = ''] = String(body.ciphertext).split(':');
  const version = Number(/^vault:v(\d+):/.exec(String(body.ciphertext))?.[1]);
  const secret = key.versions.get(version);
  if (secret === undefined || version < key.minDecryption) return { status: 400 };
  const bytes = Buffer.from(text, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, 12));
  decipher.setAAD(Buffer.from(String(body.associated_data), 'base64'));
  decipher.setAuthTag(bytes.subarray(-16));
  try {
    const plaintext = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
    return { status: 200, data: { plaintext: plaintext.toString('base64') } };
  } catch {
    return { status: 400 };
  }
}
